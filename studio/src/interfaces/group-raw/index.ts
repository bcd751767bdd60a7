import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "group-raw",
  name: words("Group", "Gruppe", "مجموعة"),
  icon: "group",
  types: ["alias"],
  group: "structure",
  specials: ["alias", "no-data", "group"],
  bare: true,
  component: lazy(() => import("./Component")),
};
