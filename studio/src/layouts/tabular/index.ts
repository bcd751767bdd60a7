import { lazy } from "react";
import type { LayoutDescriptor } from "~/extensions/contract";

export const descriptor: LayoutDescriptor = {
  id: "tabular",
  name: "layouts.tabular",
  icon: "table",
  types: [],
  component: lazy(() => import("./Component")),
};
