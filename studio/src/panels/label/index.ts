import { lazy } from "react";
import type { PanelDescriptor } from "~/extensions/contract";
import { words } from "~/interfaces/words";

export const descriptor: PanelDescriptor = {
  id: "label",
  name: words("Label", "Beschriftung", "عنوان"),
  icon: "type",
  types: [],
  minWidth: 4,
  minHeight: 2,
  options: [
    { field: "text", name: words("Text", "Text", "النص"), type: "string", interface: "input" },
    {
      field: "color",
      name: words("Colour", "Farbe", "اللون"),
      type: "string",
      interface: "select-color",
      width: "half",
    },
  ],
  component: lazy(() => import("./Component")),
};
