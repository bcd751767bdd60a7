import { lazy } from "react";
import type { DisplayDescriptor } from "~/extensions/contract";
import { fileName } from "../files";

export const descriptor: DisplayDescriptor = {
  id: "image",
  name: "displays.image",
  icon: "image",
  types: ["uuid"],
  component: lazy(() => import("./Component")),
  options: [{ field: "circle", name: "displays.option.circle", type: "boolean", interface: "boolean" }],
  text: (value) => fileName(value as string),
  fields: () => ["id", "title", "type", "description"],
};
