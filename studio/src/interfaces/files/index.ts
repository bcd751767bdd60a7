import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { FILES, words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "files",
  name: words("Files", "Dateien", "ملفات"),
  icon: "files",
  types: ["alias"],
  group: "file",
  specials: ["files"],
  relational: ["files"],
  recommendedDisplays: ["related-values"],
  options: FILES,
  component: lazy(() => import("./Component")),
};
