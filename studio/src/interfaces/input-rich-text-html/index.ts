import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { PLACEHOLDER, SOFT_LENGTH, words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "input-rich-text-html",
  name: words("Rich text", "Formatierter Text", "نص منسق"),
  icon: "pilcrow",
  types: ["text", "string"],
  group: "text",
  modes: ["edit", "batch"],
  recommendedDisplays: ["formatted-value"],
  options: [
    PLACEHOLDER,
    SOFT_LENGTH,
    {
      field: "toolbar",
      name: words("Toolbar", "Werkzeuge", "شريط الأدوات"),
      type: "json",
      interface: "select-multiple-checkbox",
      options: {
        choices: [
          "bold",
          "italic",
          "underline",
          "strikethrough",
          "heading",
          "bullist",
          "numlist",
          "blockquote",
          "customLink",
          "customImage",
          "table",
          "hr",
          "codeblock",
          "removeformat",
          "undo",
          "redo",
          "code",
        ],
      },
    },
  ],
  height: () => 206,
  component: lazy(() => import("./Component")),
};
