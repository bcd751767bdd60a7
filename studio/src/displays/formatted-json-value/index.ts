import { lazy } from "react";
import type { DisplayDescriptor } from "~/extensions/contract";
import { jsonText } from "./text";

export const descriptor: DisplayDescriptor = {
  id: "formatted-json-value",
  name: "displays.formatted_json_value",
  icon: "braces",
  types: ["json"],
  component: lazy(() => import("./Component")),
  options: [
    {
      field: "format",
      name: "displays.option.template",
      type: "string",
      interface: "input",
      note: "displays.option.template.note",
    },
  ],
  text: jsonText,
};
