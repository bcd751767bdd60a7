import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "system-display-template",
  name: words("Display template", "Anzeigevorlage", "قالب العرض"),
  icon: "braces",
  types: ["string", "text"],
  group: "other",
  component: lazy(() => import("./Component")),
};
