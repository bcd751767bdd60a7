/** What other dashboards draw as a tree: here each level is a list, and leads to the next. */
import type { InterfaceDescriptor } from "~/extensions/contract";
import { descriptor as list } from "../list-o2m";
import { words } from "../words";

export const descriptor: InterfaceDescriptor = {
  ...list,
  id: "list-o2m-tree-view",
  name: words("Tree", "Baum", "شجرة"),
  icon: "list-tree",
};
