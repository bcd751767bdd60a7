import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { LINKS, words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "list-o2m",
  name: words("One to many", "Eins zu viele", "واحد إلى متعدد"),
  icon: "network",
  types: ["alias"],
  group: "relation",
  specials: ["o2m"],
  relational: ["o2m"],
  recommendedDisplays: ["related-values"],
  options: LINKS,
  component: lazy(() => import("~/relations/ManyInterface")),
};
