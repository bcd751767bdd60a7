import { lazy } from "react";
import type { InterfaceDescriptor } from "~/extensions/contract";
import { PLACEHOLDER, words } from "../words";

export const descriptor: InterfaceDescriptor = {
  id: "input-hash",
  name: words("Hash", "Hash", "تجزئة"),
  icon: "fingerprint-pattern",
  types: ["hash"],
  group: "text",
  specials: ["hash", "conceal"],
  modes: ["edit"],
  recommendedDisplays: ["hash"],
  options: [
    PLACEHOLDER,
    { field: "masked", name: words("Masked", "Verdeckt", "مخفي"), type: "boolean", width: "half" },
  ],
  component: lazy(() => import("./Component")),
};
