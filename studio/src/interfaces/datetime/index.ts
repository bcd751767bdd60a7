import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "datetime",
  name: words("Date and time", "Datum und Zeit", "التاريخ والوقت"),
  icon: "calendar-clock",
  types: ["dateTime", "date", "time", "timestamp"],
  group: "date",
  modes: ["edit", "batch", "cell"],
  recommendedDisplays: ["datetime"],
  options: [
    {
      field: "includeSeconds",
      name: words("With seconds", "Mit Sekunden", "مع الثواني"),
      type: "boolean",
      width: "half",
    },
    { field: "use24", name: words("24 hours", "24 Stunden", "24 ساعة"), type: "boolean", width: "half" },
  ],
  component: lazy(() => import("./Component")),
};
