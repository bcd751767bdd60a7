import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "list",
  name: words("Repeater", "Wiederholung", "مكرر"),
  icon: "list-plus",
  types: ["json"],
  group: "structure",
  specials: ["cast-json"],
  modes: ["edit"],
  recommendedDisplays: ["formatted-json-value"],
  options: [
    { field: "template", name: words("Row title", "Zeilentitel", "عنوان الصف"), type: "string", width: "half" },
    {
      field: "addLabel",
      name: words("Label of “Add”", "Text von „Hinzufügen“", "نص زر الإضافة"),
      type: "string",
      width: "half",
    },
    { field: "fields", name: words("Fields", "Felder", "الحقول"), type: "json", interface: "input-code" },
  ],
  component: lazy(() => import("./Component")),
};
