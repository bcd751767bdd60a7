import { lazy } from "react";
import type { DisplayDescriptor } from "~/extensions/contract";
import { labelsOf } from "./labels";

export const descriptor: DisplayDescriptor = {
  id: "labels",
  name: "displays.labels",
  icon: "tag",
  types: ["string", "json", "csv", "integer"],
  component: lazy(() => import("./Component")),
  options: [
    {
      field: "format",
      name: "displays.option.readable",
      type: "boolean",
      interface: "boolean",
      default: true,
      width: "half",
    },
    { field: "showAsDot", name: "displays.option.dot", type: "boolean", interface: "boolean", width: "half" },
    { field: "choices", name: "displays.option.choices", type: "json", interface: "list" },
  ],
  text: (value, options) =>
    labelsOf(value, options)
      .map((label) => label.text)
      .join(", "),
};
