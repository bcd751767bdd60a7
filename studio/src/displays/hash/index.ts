import { lazy } from "react";
import type { DisplayDescriptor } from "~/extensions/contract";

export const descriptor: DisplayDescriptor = {
  id: "hash",
  name: "displays.hash",
  icon: "lock",
  types: ["hash"],
  component: lazy(() => import("./Component")),
  text: (value) => (value ? "••••••••" : ""),
};
