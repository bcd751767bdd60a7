import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { FONT, PLACEHOLDER, SOFT_LENGTH, TRIM, words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "input-multiline",
  name: words("Text area", "Textfeld", "منطقة نص"),
  icon: "text-align-start",
  types: ["text", "string"],
  group: "text",
  modes: ["edit", "batch", "cell"],
  recommendedDisplays: ["formatted-value"],
  options: [PLACEHOLDER, FONT, SOFT_LENGTH, TRIM],
  component: lazy(() => import("./Component")),
};
