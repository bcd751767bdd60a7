import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { PLACEHOLDER, words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "tags",
  name: words("Tags", "Schlagwörter", "وسوم"),
  icon: "tags",
  types: ["json", "csv"],
  group: "choice",
  specials: ["cast-json"],
  modes: ["edit", "batch"],
  recommendedDisplays: ["labels"],
  options: [
    PLACEHOLDER,
    { field: "presets", name: words("Suggestions", "Vorschläge", "اقتراحات"), type: "json", interface: "tags" },
    {
      field: "allowCustom",
      name: words("Allow other tags", "Andere erlauben", "السماح بوسوم أخرى"),
      type: "boolean",
      width: "half",
      default: true,
    },
    {
      field: "alphabetize",
      name: words("Sort by name", "Nach Name sortieren", "ترتيب أبجدي"),
      type: "boolean",
      width: "half",
    },
    {
      field: "capitalization",
      name: words("Capitalization", "Großschreibung", "حالة الأحرف"),
      type: "string",
      interface: "select-dropdown",
      width: "half",
      options: {
        allowNone: true,
        choices: [
          { text: "UPPERCASE", value: "uppercase" },
          { text: "lowercase", value: "lowercase" },
          { text: "Title Case", value: "auto-format" },
        ],
      },
    },
    {
      field: "whitespace",
      name: words("Spaces", "Leerzeichen", "المسافات"),
      type: "string",
      interface: "select-dropdown",
      width: "half",
      options: {
        allowNone: true,
        choices: [
          { text: "-", value: "-" },
          { text: "_", value: "_" },
          { text: "∅", value: "" },
        ],
      },
    },
  ],
  component: lazy(() => import("./Component")),
};
