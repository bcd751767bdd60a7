import { lazy } from "react";
import type { PanelDescriptor } from "~/extensions/contract";
import { CHOICES, words } from "~/interfaces/words";

export const descriptor: PanelDescriptor = {
  id: "variable",
  name: words("Variable", "Variable", "متغير"),
  icon: "variable",
  types: [],
  minWidth: 6,
  minHeight: 3,
  options: [
    {
      field: "field",
      name: words("Name", "Name", "الاسم"),
      type: "string",
      interface: "input",
      width: "half",
      note: words(
        "Other panels say {{name}} where the value belongs. Rules whose value is empty are left out.",
        "Andere Kacheln sagen {{name}}, wo der Wert hingehört. Regeln ohne Wert entfallen.",
        "تستخدم اللوحات الأخرى {{name}} مكان القيمة. تُهمل القواعد التي قيمتها فارغة.",
      ),
      options: { trim: true },
    },
    {
      field: "type",
      name: words("Type", "Typ", "النوع"),
      type: "string",
      interface: "select-dropdown",
      width: "half",
      default: "string",
      options: {
        choices: [
          { value: "string", text: words("Text", "Text", "نص") },
          { value: "integer", text: words("Whole number", "Ganze Zahl", "عدد صحيح") },
          { value: "float", text: words("Number", "Zahl", "عدد") },
          { value: "date", text: words("Date", "Datum", "تاريخ") },
          { value: "boolean", text: words("Yes or no", "Ja oder nein", "نعم أو لا") },
        ],
      },
    },
    {
      field: "defaultValue",
      name: words("At first", "Anfangs", "في البداية"),
      type: "string",
      interface: "input",
      width: "half",
    },
    CHOICES,
  ],
  component: lazy(() => import("./Component")),
};
