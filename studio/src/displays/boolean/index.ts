import { lazy } from "react";
import type { DisplayDescriptor } from "~/extensions/contract";
import { booleanText } from "./text";

export const descriptor: DisplayDescriptor = {
  id: "boolean",
  name: "displays.boolean",
  icon: "toggle-left",
  types: ["boolean"],
  component: lazy(() => import("./Component")),
  options: [
    { field: "labelOn", name: "displays.option.label_on", type: "string", interface: "input", width: "half" },
    { field: "labelOff", name: "displays.option.label_off", type: "string", interface: "input", width: "half" },
    { field: "colorOn", name: "displays.option.color_on", type: "string", interface: "select-color", width: "half" },
    { field: "colorOff", name: "displays.option.color_off", type: "string", interface: "select-color", width: "half" },
  ],
  text: booleanText,
};
