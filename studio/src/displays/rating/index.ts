import { lazy } from "react";
import type { DisplayDescriptor } from "~/extensions/contract";
import { plainText } from "../text";

export const descriptor: DisplayDescriptor = {
  id: "rating",
  name: "displays.rating",
  icon: "star",
  types: ["integer", "float", "decimal"],
  component: lazy(() => import("./Component")),
  options: [{ field: "simple", name: "displays.option.simple", type: "boolean", interface: "boolean" }],
  text: plainText,
};
