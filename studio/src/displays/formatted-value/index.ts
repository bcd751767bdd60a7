import { lazy } from "react";
import type { DisplayDescriptor } from "~/extensions/contract";
import { formattedText } from "./text";

export const descriptor: DisplayDescriptor = {
  id: "formatted-value",
  name: "displays.formatted_value",
  icon: "type",
  types: [],
  component: lazy(() => import("./Component")),
  options: [
    { field: "prefix", name: "displays.option.prefix", type: "string", interface: "input", width: "half" },
    { field: "suffix", name: "displays.option.suffix", type: "string", interface: "input", width: "half" },
    { field: "format", name: "displays.option.readable", type: "boolean", interface: "boolean", width: "half" },
    { field: "masked", name: "displays.option.masked", type: "boolean", interface: "boolean", width: "half" },
    { field: "bold", name: "displays.option.bold", type: "boolean", interface: "boolean", width: "half" },
    { field: "italic", name: "displays.option.italic", type: "boolean", interface: "boolean", width: "half" },
    { field: "color", name: "displays.option.color", type: "string", interface: "select-color", width: "half" },
    {
      field: "background",
      name: "displays.option.background",
      type: "string",
      interface: "select-color",
      width: "half",
    },
  ],
  text: formattedText,
};
