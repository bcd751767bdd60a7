import { lazy } from "react";
import type { DisplayDescriptor } from "~/extensions/contract";
import { plainText } from "../text";

export const descriptor: DisplayDescriptor = {
  id: "color",
  name: "displays.color",
  icon: "palette",
  types: ["string"],
  component: lazy(() => import("./Component")),
  text: plainText,
};
