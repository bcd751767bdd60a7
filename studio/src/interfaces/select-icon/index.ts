import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "select-icon",
  name: words("Icon", "Symbol", "أيقونة"),
  icon: "shapes",
  types: ["string"],
  group: "choice",
  modes: ["edit", "batch"],
  recommendedDisplays: ["icon"],
  component: lazy(() => import("./Component")),
};
