import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "system-folder",
  name: words("Folder", "Ordner", "المجلد"),
  icon: "folder",
  types: ["uuid"],
  group: "other",
  component: lazy(() => import("./Component")),
};
