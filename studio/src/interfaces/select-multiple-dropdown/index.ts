import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { ALLOW_OTHER, CHOICES, PLACEHOLDER, words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "select-multiple-dropdown",
  name: words("Multiple choice", "Mehrfachauswahl", "اختيار متعدد"),
  icon: "list-checks",
  types: ["json", "csv"],
  group: "choice",
  specials: ["cast-json"],
  modes: ["edit", "batch"],
  recommendedDisplays: ["labels"],
  options: [CHOICES, ALLOW_OTHER, PLACEHOLDER],
  component: lazy(() => import("./Component")),
};
