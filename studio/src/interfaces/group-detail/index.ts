import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "group-detail",
  name: words("Section", "Abschnitt", "قسم"),
  icon: "square-menu",
  types: ["alias"],
  group: "structure",
  specials: ["alias", "no-data", "group"],
  bare: true,
  options: [
    {
      field: "start",
      name: words("At first", "Zu Beginn", "في البداية"),
      type: "string",
      interface: "select-radio",
      default: "open",
      options: {
        choices: [
          { text: "Open", value: "open" },
          { text: "Closed", value: "closed" },
        ],
      },
    },
    {
      field: "headerIcon",
      name: words("Icon", "Symbol", "الأيقونة"),
      type: "string",
      interface: "select-icon",
      width: "half",
    },
    {
      field: "headerColor",
      name: words("Colour", "Farbe", "اللون"),
      type: "string",
      interface: "select-color",
      width: "half",
    },
  ],
  component: lazy(() => import("./Component")),
};
