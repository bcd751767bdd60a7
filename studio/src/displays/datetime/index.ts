import { lazy } from "react";
import type { DisplayDescriptor } from "~/extensions/contract";
import { dateText } from "./text";

export const descriptor: DisplayDescriptor = {
  id: "datetime",
  name: "displays.datetime",
  icon: "calendar",
  types: ["date", "time", "dateTime", "timestamp"],
  component: lazy(() => import("./Component")),
  options: [
    {
      field: "format",
      name: "displays.option.format",
      type: "string",
      interface: "select-dropdown",
      default: "long",
      width: "half",
      options: {
        choices: [
          { text: "displays.format.long", value: "long" },
          { text: "displays.format.short", value: "short" },
        ],
      },
    },
    { field: "relative", name: "displays.option.relative", type: "boolean", interface: "boolean", width: "half" },
    { field: "includeSeconds", name: "displays.option.seconds", type: "boolean", interface: "boolean", width: "half" },
    { field: "use24", name: "displays.option.use24", type: "boolean", interface: "boolean", width: "half" },
  ],
  text: (value, options) => dateText(String(value ?? ""), options),
};
