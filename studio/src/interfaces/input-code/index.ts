import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "input-code",
  name: words("Code", "Code", "شفرة"),
  icon: "code",
  types: ["string", "json", "text", "csv"],
  group: "text",
  modes: ["edit", "batch"],
  recommendedDisplays: ["formatted-json-value"],
  options: [
    {
      field: "language",
      name: words("Language", "Sprache", "اللغة"),
      type: "string",
      interface: "select-dropdown",
      width: "half",
      options: {
        allowNone: true,
        choices: ["css", "html", "javascript", "typescript", "json", "markdown", "python", "sql", "yaml"],
      },
    },
    {
      field: "lineNumber",
      name: words("Line numbers", "Zeilennummern", "أرقام الأسطر"),
      type: "boolean",
      width: "half",
      default: true,
    },
    {
      field: "lineWrapping",
      name: words("Wrap lines", "Zeilen umbrechen", "التفاف الأسطر"),
      type: "boolean",
      width: "half",
      default: true,
    },
    { field: "template", name: words("Template", "Vorlage", "القالب"), type: "text", interface: "input-multiline" },
  ],
  height: () => 160,
  component: lazy(() => import("./Component")),
};
