import { lazy } from "react";
import type { PanelDescriptor } from "~/extensions/contract";
import { words } from "~/interfaces/words";
import { aggregateOf, isCalculable } from "../numbers";
import { COLLECTION, COLOR, calculation, DECIMALS, FILTER, field, NUMBERS } from "../options";

export const descriptor: PanelDescriptor = {
  id: "bar-chart",
  name: words("Bars", "Balken", "أعمدة"),
  icon: "chart-bar",
  types: [],
  minWidth: 8,
  minHeight: 6,
  options: [
    COLLECTION,
    field("xAxis", words("One bar per", "Ein Balken je", "عمود لكل")),
    calculation(),
    field("yAxis", words("Of field", "Von Feld", "للحقل"), NUMBERS),
    DECIMALS,
    COLOR,
    FILTER,
  ],
  queries: (options) => {
    if (!options.xAxis || !isCalculable(options, "yAxis")) return null;
    return [
      {
        id: "rows",
        collection: String(options.collection),
        query: {
          aggregate: aggregateOf(options.function, options.yAxis),
          groupBy: String(options.xAxis),
          filter: options.filter ?? undefined,
          limit: 100,
        },
      },
    ];
  },
  component: lazy(() => import("./Component")),
};
