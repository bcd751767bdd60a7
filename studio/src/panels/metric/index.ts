import { lazy } from "react";
import type { PanelDescriptor } from "~/extensions/contract";
import { words } from "~/interfaces/words";
import { aggregateOf, functionName, isCalculable } from "../numbers";
import { COLLECTION, COLOR, calculation, DECIMALS, FILTER, field } from "../options";

export const descriptor: PanelDescriptor = {
  id: "metric",
  name: words("Number", "Zahl", "رقم"),
  icon: "hash",
  types: [],
  minWidth: 4,
  minHeight: 4,
  options: [
    COLLECTION,
    calculation(true),
    field("field", words("Of field", "Von Feld", "للحقل")),
    field("sortField", words("In order of (first, last)", "Reihenfolge (erster, letzter)", "بترتيب (الأول، الأخير)")),
    FILTER,
    { field: "prefix", name: words("Before", "Davor", "قبل"), type: "string", interface: "input", width: "half" },
    { field: "suffix", name: words("After", "Dahinter", "بعد"), type: "string", interface: "input", width: "half" },
    DECIMALS,
    COLOR,
    {
      field: "abbreviate",
      name: words("Shorten big numbers", "Große Zahlen kürzen", "اختصار الأرقام الكبيرة"),
      type: "boolean",
      width: "half",
    },
  ],
  queries: (options) => {
    const operation = functionName(options.function);
    const collection = String(options.collection);
    const filter = options.filter ?? undefined;
    if (operation === "first" || operation === "last") {
      if (!options.collection || !options.field) return null;
      const sort = `${operation === "last" ? "-" : ""}${options.sortField || options.field}`;
      return [{ id: "rows", collection, query: { fields: String(options.field), sort, limit: 1, filter } }];
    }
    if (!isCalculable(options, "field")) return null;
    return [{ id: "rows", collection, query: { aggregate: aggregateOf(operation, options.field), filter } }];
  },
  component: lazy(() => import("./Component")),
};
