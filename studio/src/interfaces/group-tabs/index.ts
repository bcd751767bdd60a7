import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "group-tabs",
  name: words("Tabs", "Reiter", "ألسنة"),
  icon: "panel-top",
  types: ["alias"],
  group: "structure",
  specials: ["alias", "no-data", "group"],
  bare: true,
  component: lazy(() => import("./Component")),
};
