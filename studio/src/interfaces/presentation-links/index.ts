import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { ICONS, words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "presentation-links",
  name: words("Link buttons", "Link-Knöpfe", "أزرار روابط"),
  icon: "link",
  types: ["alias"],
  group: "presentation",
  specials: ["alias", "no-data"],
  options: [
    {
      field: "links",
      name: words("Links", "Links", "الروابط"),
      type: "json",
      interface: "list",
      options: {
        template: "{{ label }}",
        fields: [
          { field: "label", name: "label", type: "string", meta: { interface: "input", width: "half" } },
          { field: "url", name: "url", type: "string", meta: { interface: "input", width: "half" } },
          { field: "icon", name: "icon", type: "string", meta: { interface: ICONS[0]?.interface, width: "half" } },
        ],
      },
    },
  ],
  component: lazy(() => import("./Component")),
};
