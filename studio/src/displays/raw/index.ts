import { lazy } from "react";
import type { DisplayDescriptor } from "~/extensions/contract";
import { plainText } from "../text";

export const descriptor: DisplayDescriptor = {
  id: "raw",
  name: "displays.raw",
  icon: "text-align-start",
  types: [],
  component: lazy(() => import("./Component")),
  text: plainText,
};
