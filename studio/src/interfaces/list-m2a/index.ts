import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { LINKS, words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "list-m2a",
  name: words("Many to any", "Viele zu beliebigen", "متعدد إلى أي"),
  icon: "blocks",
  types: ["alias"],
  group: "relation",
  specials: ["m2a"],
  relational: ["m2a"],
  recommendedDisplays: ["related-values"],
  options: LINKS,
  component: lazy(() => import("~/relations/ManyInterface")),
};
