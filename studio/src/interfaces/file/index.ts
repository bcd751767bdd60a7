import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { FILES, words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "file",
  name: words("File", "Datei", "ملف"),
  icon: "file",
  types: ["uuid"],
  group: "file",
  specials: ["file"],
  relational: ["file"],
  modes: ["edit", "batch"],
  recommendedDisplays: ["file"],
  options: FILES,
  component: lazy(() => import("./Component")),
};
