import { lazy } from "react";
import type { DisplayDescriptor } from "~/extensions/contract";
import { relatedFields } from "../related";

export const descriptor: DisplayDescriptor = {
  id: "related-values",
  name: "displays.related_values",
  icon: "link",
  types: ["alias", "integer", "string", "uuid"],
  component: lazy(() => import("./Component")),
  options: [
    {
      field: "template",
      name: "displays.option.template",
      type: "string",
      interface: "system-display-template",
      note: "displays.option.template.note",
    },
  ],
  fields: (options, field) => relatedFields(field, options),
};
