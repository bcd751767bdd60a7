import { lazy } from "react";
import { fieldsOfTemplate } from "~/displays/template";
import type { PanelDescriptor } from "~/extensions/contract";
import { words } from "~/interfaces/words";
import { COLLECTION, FILTER, field } from "../options";

export const descriptor: PanelDescriptor = {
  id: "list",
  name: words("List", "Liste", "قائمة"),
  icon: "list",
  types: [],
  minWidth: 6,
  minHeight: 6,
  options: [
    COLLECTION,
    {
      field: "displayTemplate",
      name: words("What each line says", "Was jede Zeile sagt", "نص كل سطر"),
      type: "string",
      interface: "system-display-template",
      options: { collectionField: "collection" },
    },
    field("sortField", words("Sort by", "Sortieren nach", "الترتيب حسب")),
    {
      field: "sortDirection",
      name: words("Direction", "Richtung", "الاتجاه"),
      type: "string",
      interface: "select-dropdown",
      width: "half",
      default: "desc",
      options: {
        choices: [
          { value: "asc", text: words("Ascending", "Aufsteigend", "تصاعدي") },
          { value: "desc", text: words("Descending", "Absteigend", "تنازلي") },
        ],
      },
    },
    {
      field: "limit",
      name: words("At most", "Höchstens", "الحد الأقصى"),
      type: "integer",
      interface: "input",
      width: "half",
      default: 5,
      options: { min: 1, max: 100 },
    },
    {
      field: "linkToItem",
      name: words("Lines lead to their items", "Zeilen führen zum Eintrag", "الأسطر تفتح عناصرها"),
      type: "boolean",
      width: "half",
      default: true,
    },
    FILTER,
  ],
  queries: (options, keyOf) => {
    const collection = String(options.collection ?? "");
    const key = keyOf(collection);
    if (!key) return null;
    const template = String(options.displayTemplate || `{{${key}}}`);
    const sort = options.sortField ? `${options.sortDirection === "asc" ? "" : "-"}${options.sortField}` : undefined;
    const limit = Math.min(100, Number(options.limit) || 5);
    const fields = [...new Set([key, ...fieldsOfTemplate(template)])];
    return [{ id: "rows", collection, query: { fields, sort, limit, filter: options.filter ?? undefined } }];
  },
  component: lazy(() => import("./Component")),
};
