import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { FILES, words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "file-image",
  name: words("Image", "Bild", "صورة"),
  icon: "image",
  types: ["uuid"],
  group: "file",
  specials: ["file"],
  relational: ["file"],
  modes: ["edit", "batch"],
  recommendedDisplays: ["image"],
  options: FILES,
  height: (value) => (value ? 378 : 76),
  component: lazy(() => import("./Component")),
};
