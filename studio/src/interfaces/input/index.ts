import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { FONT, ICONS, PLACEHOLDER, SOFT_LENGTH, TRIM, words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "input",
  name: words("Input", "Eingabe", "إدخال"),
  icon: "text-cursor-input",
  types: ["string", "uuid", "bigInteger", "integer", "float", "decimal", "text"],
  group: "text",
  modes: ["edit", "batch", "cell"],
  recommendedDisplays: ["formatted-value"],
  options: [
    PLACEHOLDER,
    ...ICONS,
    FONT,
    SOFT_LENGTH,
    TRIM,
    { field: "masked", name: words("Masked", "Verdeckt", "مخفي"), type: "boolean", width: "half" },
    {
      field: "clear",
      name: words("Clear to empty text", "Leerer Text statt nichts", "مسح إلى نص فارغ"),
      type: "boolean",
      width: "half",
    },
    { field: "slug", name: words("Make a slug", "Slug bilden", "تحويل إلى مسار"), type: "boolean", width: "half" },
    { field: "min", name: words("Minimum", "Minimum", "الحد الأدنى"), type: "decimal", width: "half" },
    { field: "max", name: words("Maximum", "Maximum", "الحد الأقصى"), type: "decimal", width: "half" },
    { field: "step", name: words("Step", "Schritt", "الخطوة"), type: "decimal", width: "half" },
  ],
  component: lazy(() => import("./Component")),
};
