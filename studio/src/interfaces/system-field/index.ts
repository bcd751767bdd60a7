import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "system-field",
  name: words("Field", "Feld", "الحقل"),
  icon: "columns-2",
  types: ["string"],
  group: "other",
  component: lazy(() => import("./Component")),
};
