import { lazy } from "react";
import type { DisplayDescriptor } from "~/extensions/contract";
import { plainText } from "../text";

export const descriptor: DisplayDescriptor = {
  id: "icon",
  name: "displays.icon",
  icon: "face-slightly-smiling",
  types: ["string"],
  component: lazy(() => import("./Component")),
  text: plainText,
};
