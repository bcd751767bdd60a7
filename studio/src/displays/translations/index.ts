import { lazy } from "react";
import type { DisplayDescriptor } from "~/extensions/contract";
import { relatedFields, translationTemplate } from "../related";

export const descriptor: DisplayDescriptor = {
  id: "translations",
  name: "displays.translations",
  icon: "languages",
  types: ["alias"],
  component: lazy(() => import("./Component")),
  options: [
    { field: "template", name: "displays.option.template", type: "string", interface: "system-display-template" },
    {
      field: "languageField",
      name: "displays.option.language_field",
      type: "string",
      interface: "input",
      width: "half",
    },
    {
      field: "defaultLanguage",
      name: "displays.option.default_language",
      type: "string",
      interface: "input",
      width: "half",
    },
    { field: "userLanguage", name: "displays.option.user_language", type: "boolean", interface: "boolean" },
  ],
  fields: (options, field) => relatedFields(field, { ...options, template: translationTemplate(field, options) }),
};
