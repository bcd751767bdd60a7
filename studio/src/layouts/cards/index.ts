import { lazy } from "react";
import type { LayoutDescriptor } from "~/extensions/contract";

export const descriptor: LayoutDescriptor = {
  id: "cards",
  name: "layouts.cards",
  icon: "layout-grid",
  types: [],
  options: [
    { field: "imageSource", name: "layouts.cards.image", type: "string" },
    { field: "title", name: "layouts.cards.title", type: "string" },
    { field: "subtitle", name: "layouts.cards.subtitle", type: "string" },
    { field: "size", name: "layouts.cards.size", type: "integer", default: 4 },
  ],
  component: lazy(() => import("./Component")),
};
