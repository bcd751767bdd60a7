import { lazy } from "react";
import type { DisplayDescriptor } from "~/extensions/contract";
import { userName } from "./text";

export const descriptor: DisplayDescriptor = {
  id: "user",
  name: "displays.user",
  icon: "user",
  types: ["uuid"],
  component: lazy(() => import("./Component")),
  options: [
    {
      field: "display",
      name: "displays.option.shows",
      type: "string",
      interface: "select-dropdown",
      default: "both",
      options: {
        choices: [
          { text: "displays.shows.both", value: "both" },
          { text: "displays.shows.name", value: "name" },
          { text: "displays.shows.avatar", value: "avatar" },
        ],
      },
    },
  ],
  text: userName,
  fields: () => ["id", "first_name", "last_name", "email", "avatar"],
};
