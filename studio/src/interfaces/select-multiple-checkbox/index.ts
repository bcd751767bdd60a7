import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { ALLOW_OTHER, CHOICES, words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "select-multiple-checkbox",
  name: words("Checkboxes", "Kontrollkästchen", "مربعات اختيار"),
  icon: "square-check",
  types: ["json", "csv"],
  group: "choice",
  specials: ["cast-json"],
  modes: ["edit", "batch"],
  recommendedDisplays: ["labels"],
  options: [CHOICES, ALLOW_OTHER],
  component: lazy(() => import("./Component")),
};
