import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "presentation-notice",
  name: words("Notice", "Hinweis", "ملاحظة"),
  icon: "info",
  types: ["alias"],
  group: "presentation",
  specials: ["alias", "no-data"],
  bare: true,
  options: [
    {
      field: "color",
      name: words("Kind", "Art", "النوع"),
      type: "string",
      interface: "select-dropdown",
      default: "info",
      options: {
        choices: [
          { text: "Info", value: "info" },
          { text: "Success", value: "success" },
          { text: "Warning", value: "warning" },
          { text: "Danger", value: "danger" },
        ],
      },
    },
    { field: "title", name: words("Title", "Titel", "العنوان"), type: "string" },
    { field: "text", name: words("Text", "Text", "النص"), type: "text", interface: "input-multiline" },
  ],
  component: lazy(() => import("./Component")),
};
