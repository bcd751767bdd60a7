import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "slider",
  name: words("Slider", "Schieberegler", "شريط تمرير"),
  icon: "sliders-horizontal",
  types: ["integer", "float", "decimal", "bigInteger"],
  group: "number",
  modes: ["edit", "batch"],
  recommendedDisplays: ["formatted-value"],
  options: [
    { field: "minValue", name: words("Minimum", "Minimum", "الحد الأدنى"), type: "decimal", width: "half", default: 0 },
    {
      field: "maxValue",
      name: words("Maximum", "Maximum", "الحد الأقصى"),
      type: "decimal",
      width: "half",
      default: 100,
    },
    { field: "stepInterval", name: words("Step", "Schritt", "الخطوة"), type: "decimal", width: "half", default: 1 },
  ],
  component: lazy(() => import("./Component")),
};
