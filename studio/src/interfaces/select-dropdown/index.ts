import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { ALLOW_NONE, ALLOW_OTHER, CHOICES, PLACEHOLDER, words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "select-dropdown",
  name: words("Dropdown", "Auswahlliste", "قائمة منسدلة"),
  icon: "square-chevron-down",
  types: ["string", "integer", "float", "bigInteger", "decimal", "uuid", "text"],
  group: "choice",
  modes: ["edit", "batch", "cell"],
  recommendedDisplays: ["labels"],
  options: [CHOICES, ALLOW_OTHER, ALLOW_NONE, PLACEHOLDER],
  component: lazy(() => import("./Component")),
};
