import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "select-color",
  name: words("Colour", "Farbe", "اللون"),
  icon: "palette",
  types: ["string"],
  group: "choice",
  modes: ["edit", "batch", "cell"],
  recommendedDisplays: ["color"],
  options: [
    { field: "opacity", name: words("With opacity", "Mit Deckkraft", "مع العتامة"), type: "boolean", width: "half" },
    {
      field: "presets",
      name: words("Suggestions", "Vorschläge", "اقتراحات"),
      type: "json",
      interface: "list",
      options: {
        template: "{{ name }} {{ color }}",
        fields: [
          { field: "name", name: "name", type: "string", meta: { interface: "input", width: "half" } },
          { field: "color", name: "color", type: "string", meta: { interface: "select-color", width: "half" } },
        ],
      },
    },
  ],
  component: lazy(() => import("./Component")),
};
