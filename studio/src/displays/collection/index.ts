import { lazy } from "react";
import type { DisplayDescriptor } from "~/extensions/contract";

export const descriptor: DisplayDescriptor = {
  id: "collection",
  name: "displays.collection",
  icon: "box",
  types: ["string"],
  component: lazy(() => import("./Component")),
};
