import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { LINKS, words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "list-m2m",
  name: words("Many to many", "Viele zu viele", "متعدد إلى متعدد"),
  icon: "waypoints",
  types: ["alias"],
  group: "relation",
  specials: ["m2m"],
  relational: ["m2m"],
  recommendedDisplays: ["related-values"],
  options: LINKS,
  component: lazy(() => import("~/relations/ManyInterface")),
};
