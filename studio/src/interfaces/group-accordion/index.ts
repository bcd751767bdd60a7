import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "group-accordion",
  name: words("Accordion", "Akkordeon", "أكورديون"),
  icon: "rows-3",
  types: ["alias"],
  group: "structure",
  specials: ["alias", "no-data", "group"],
  bare: true,
  options: [
    {
      field: "accordionMode",
      name: words("One open at a time", "Nur einer offen", "واحد مفتوح فقط"),
      type: "boolean",
      width: "half",
      default: true,
    },
    {
      field: "start",
      name: words("At first", "Zu Beginn", "في البداية"),
      type: "string",
      interface: "select-dropdown",
      default: "closed",
      options: {
        choices: [
          { text: "Closed", value: "closed" },
          { text: "First open", value: "first" },
          { text: "Open", value: "opened" },
        ],
      },
    },
  ],
  component: lazy(() => import("./Component")),
};
