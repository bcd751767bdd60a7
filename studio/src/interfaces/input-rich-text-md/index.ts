import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { PLACEHOLDER, SOFT_LENGTH, words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "input-rich-text-md",
  name: words("Markdown", "Markdown", "ماركداون"),
  icon: "square-pen",
  types: ["text", "string"],
  group: "text",
  modes: ["edit", "batch"],
  recommendedDisplays: ["formatted-value"],
  options: [
    PLACEHOLDER,
    SOFT_LENGTH,
    {
      field: "defaultView",
      name: words("View at first", "Ansicht zu Beginn", "العرض في البداية"),
      type: "string",
      interface: "select-dropdown",
      width: "half",
      default: "editor",
      options: {
        choices: [
          { text: "Write", value: "editor" },
          { text: "Preview", value: "preview" },
        ],
      },
    },
  ],
  height: () => 240,
  component: lazy(() => import("./Component")),
};
