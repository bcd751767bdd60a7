import { lazy } from "react";
import type { DisplayDescriptor } from "~/extensions/contract";
import { fileName } from "../files";

export const descriptor: DisplayDescriptor = {
  id: "file",
  name: "displays.file",
  icon: "file",
  types: ["uuid"],
  component: lazy(() => import("./Component")),
  text: (value) => fileName(value as string),
  fields: () => ["id", "title", "type", "filename_download"],
};
