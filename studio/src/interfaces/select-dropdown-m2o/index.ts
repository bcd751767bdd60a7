import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { LINKS, words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "select-dropdown-m2o",
  name: words("Many to one", "Viele zu eins", "متعدد إلى واحد"),
  icon: "arrow-right-from-line",
  types: ["uuid", "string", "text", "integer", "bigInteger"],
  group: "relation",
  specials: ["m2o"],
  relational: ["m2o"],
  modes: ["edit", "batch", "cell"],
  recommendedDisplays: ["related-values"],
  options: LINKS,
  component: lazy(() => import("./Component")),
};
