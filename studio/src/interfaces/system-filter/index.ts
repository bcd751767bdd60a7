import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "system-filter",
  name: words("Filter", "Filter", "تصفية"),
  icon: "funnel",
  types: ["json"],
  group: "other",
  component: lazy(() => import("./Component")),
};
