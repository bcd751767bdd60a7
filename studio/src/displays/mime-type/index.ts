import { lazy } from "react";
import type { DisplayDescriptor } from "~/extensions/contract";
import { plainText } from "../text";

export const descriptor: DisplayDescriptor = {
  id: "mime-type",
  name: "displays.mime_type",
  icon: "file-type",
  types: ["string"],
  component: lazy(() => import("./Component")),
  options: [{ field: "showAsExtension", name: "displays.option.extension", type: "boolean", interface: "boolean" }],
  text: plainText,
};
