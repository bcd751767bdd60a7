import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "presentation-divider",
  name: words("Divider", "Trennlinie", "فاصل"),
  icon: "minus",
  types: ["alias"],
  group: "presentation",
  specials: ["alias", "no-data"],
  bare: true,
  options: [
    { field: "title", name: words("Title", "Titel", "العنوان"), type: "string" },
    {
      field: "icon",
      name: words("Icon", "Symbol", "الأيقونة"),
      type: "string",
      interface: "select-icon",
      width: "half",
    },
    {
      field: "color",
      name: words("Colour", "Farbe", "اللون"),
      type: "string",
      interface: "select-color",
      width: "half",
    },
  ],
  component: lazy(() => import("./Component")),
};
