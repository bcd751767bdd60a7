import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { ALLOW_OTHER, CHOICES, words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "select-radio",
  name: words("Radio buttons", "Optionsfelder", "أزرار اختيار"),
  icon: "circle-dot",
  types: ["string", "integer", "float", "bigInteger", "decimal", "uuid", "text"],
  group: "choice",
  modes: ["edit", "batch"],
  recommendedDisplays: ["labels"],
  options: [CHOICES, ALLOW_OTHER],
  component: lazy(() => import("./Component")),
};
