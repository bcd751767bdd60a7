import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "boolean",
  name: words("Toggle", "Schalter", "مفتاح"),
  icon: "toggle-left",
  types: ["boolean"],
  group: "choice",
  specials: ["cast-boolean"],
  modes: ["edit", "batch", "cell"],
  recommendedDisplays: ["boolean"],
  options: [
    { field: "label", name: words("Label", "Beschriftung", "التسمية"), type: "string" },
    {
      field: "colorOn",
      name: words("Colour when on", "Farbe an", "اللون عند التشغيل"),
      type: "string",
      interface: "select-color",
      width: "half",
    },
    {
      field: "colorOff",
      name: words("Colour when off", "Farbe aus", "اللون عند الإيقاف"),
      type: "string",
      interface: "select-color",
      width: "half",
    },
  ],
  component: lazy(() => import("./Component")),
};
