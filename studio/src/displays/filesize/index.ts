import { lazy } from "react";
import type { DisplayDescriptor } from "~/extensions/contract";
import { formatBytes } from "~/i18n/format";

export const descriptor: DisplayDescriptor = {
  id: "filesize",
  name: "displays.filesize",
  icon: "hard-drive",
  types: ["integer", "bigInteger"],
  component: lazy(() => import("./Component")),
  text: (value) => (value === null || value === undefined ? "" : formatBytes(Number(value))),
};
