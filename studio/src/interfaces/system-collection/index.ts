import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "system-collection",
  name: words("Collection", "Sammlung", "المجموعة"),
  icon: "database",
  types: ["string"],
  group: "other",
  component: lazy(() => import("./Component")),
};
