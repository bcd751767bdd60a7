import { lazy } from "react";
import type { PanelDescriptor } from "~/extensions/contract";
import { words } from "~/interfaces/words";
import { aggregateOf, isCalculable } from "../numbers";
import { COLLECTION, COLOR, calculation, DATES, DECIMALS, FILTER, field, NUMBERS } from "../options";
import { groupsOf, precisionOf } from "./times";

export const descriptor: PanelDescriptor = {
  id: "time-series",
  name: words("Over time", "Zeitverlauf", "عبر الزمن"),
  icon: "chart-line",
  types: [],
  minWidth: 8,
  minHeight: 6,
  options: [
    COLLECTION,
    field("dateField", words("Date", "Datum", "التاريخ"), DATES),
    {
      field: "precision",
      name: words("One point per", "Ein Punkt je", "نقطة لكل"),
      type: "string",
      interface: "select-dropdown",
      width: "half",
      default: "day",
      options: {
        choices: [
          { value: "hour", text: words("Hour", "Stunde", "ساعة") },
          { value: "day", text: words("Day", "Tag", "يوم") },
          { value: "month", text: words("Month", "Monat", "شهر") },
          { value: "year", text: words("Year", "Jahr", "سنة") },
        ],
      },
    },
    {
      field: "range",
      name: words("Going back", "Zeitraum", "الفترة الماضية"),
      type: "string",
      interface: "select-dropdown",
      width: "half",
      default: "auto",
      options: {
        choices: [
          { value: "auto", text: words("To the beginning", "Bis zum Anfang", "إلى البداية") },
          { value: "1 day", text: words("A day", "Ein Tag", "يوم") },
          { value: "1 week", text: words("A week", "Eine Woche", "أسبوع") },
          { value: "1 month", text: words("A month", "Ein Monat", "شهر") },
          { value: "3 months", text: words("3 months", "3 Monate", "3 أشهر") },
          { value: "1 year", text: words("A year", "Ein Jahr", "سنة") },
        ],
      },
    },
    calculation(),
    field("valueField", words("Of field", "Von Feld", "للحقل"), NUMBERS),
    DECIMALS,
    COLOR,
    FILTER,
  ],
  queries: (options) => {
    const date = options.dateField;
    if (!date || !isCalculable(options, "valueField")) return null;
    const { range } = options;
    const rules: unknown[] = [{ [String(date)]: { _nnull: true } }];
    if (typeof range === "string" && range && range !== "auto") {
      rules.push({ [String(date)]: { _gte: `$NOW(-${range})` } });
    }
    if (options.filter) rules.push(options.filter);
    return [
      {
        id: "rows",
        collection: String(options.collection),
        query: {
          aggregate: aggregateOf(options.function, options.valueField),
          groupBy: groupsOf(String(date), precisionOf(options.precision)),
          filter: { _and: rules },
          limit: 1000,
        },
      },
    ];
  },
  component: lazy(() => import("./Component")),
};
