import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "translations",
  name: words("Translations", "Übersetzungen", "الترجمات"),
  icon: "languages",
  types: ["alias"],
  group: "relation",
  specials: ["translations"],
  relational: ["translations"],
  recommendedDisplays: ["translations"],
  options: [
    {
      field: "languageField",
      name: words("Field with the language's name", "Feld mit dem Sprachnamen", "حقل اسم اللغة"),
      type: "string",
      width: "half",
    },
    {
      field: "languageDirectionField",
      name: words("Field with the direction", "Feld mit der Schreibrichtung", "حقل الاتجاه"),
      type: "string",
      width: "half",
    },
    {
      field: "defaultLanguage",
      name: words("Default language", "Standardsprache", "اللغة الافتراضية"),
      type: "string",
      width: "half",
    },
  ],
  height: () => 240,
  component: lazy(() => import("./Component")),
};
