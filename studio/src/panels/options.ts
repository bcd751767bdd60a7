/** Options that several panels have. */
import type { OptionField } from "~/extensions/contract";
import { words } from "~/interfaces/words";

export const NUMBERS = ["integer", "bigInteger", "float", "decimal"];
export const DATES = ["date", "dateTime", "timestamp"];

export const COLLECTION: OptionField = {
  field: "collection",
  name: words("Collection", "Sammlung", "المجموعة"),
  type: "string",
  interface: "system-collection",
  options: { includeSystem: true },
};

export const FILTER: OptionField = {
  field: "filter",
  name: words("Only items where", "Nur Einträge mit", "العناصر التي تحقق"),
  type: "json",
  interface: "system-filter",
  options: { collectionField: "collection" },
};

/** The choice of a field of the panel's collection. */
export const field = (name: string, text: Record<string, string>, types?: string[]): OptionField => ({
  field: name,
  name: text,
  type: "string",
  interface: "system-field",
  width: "half",
  options: { collectionField: "collection", typeAllowList: types },
});

const FUNCTIONS: [string, string, string, string][] = [
  ["count", "Count", "Anzahl", "العدد"],
  ["countDistinct", "Count of different values", "Anzahl verschiedener Werte", "عدد القيم المختلفة"],
  ["sum", "Sum", "Summe", "المجموع"],
  ["avg", "Average", "Durchschnitt", "المتوسط"],
  ["min", "Smallest", "Kleinster Wert", "الأصغر"],
  ["max", "Largest", "Größter Wert", "الأكبر"],
];
const SINGLE: [string, string, string, string][] = [
  ["first", "First by", "Erster nach", "الأول حسب"],
  ["last", "Last by", "Letzter nach", "الأخير حسب"],
];

const choices = (rows: [string, string, string, string][]) =>
  rows.map(([value, en, de, ar]) => ({ value, text: words(en, de, ar) }));

/** How many items become one number. */
export const calculation = (single = false): OptionField => ({
  field: "function",
  name: words("Calculation", "Berechnung", "العملية الحسابية"),
  type: "string",
  interface: "select-dropdown",
  width: "half",
  default: "count",
  options: { choices: choices(single ? [...FUNCTIONS, ...SINGLE] : FUNCTIONS) },
});

export const COLOR: OptionField = {
  field: "color",
  name: words("Colour", "Farbe", "اللون"),
  type: "string",
  interface: "select-color",
  width: "half",
};

export const DECIMALS: OptionField = {
  field: "decimals",
  name: words("Decimal places", "Nachkommastellen", "الخانات العشرية"),
  type: "integer",
  interface: "input",
  width: "half",
  options: { min: 0, max: 10 },
};
