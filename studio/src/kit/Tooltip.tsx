import { cloneElement, type ReactElement } from "react";
import { KEYS, PLACE, TIP } from "./tips";

/** A short text on hover and focus of its child: see `tips`, which shows it. */
export function Tooltip({
  text,
  shortcut,
  placement = "top",
  children,
}: {
  text: string;
  shortcut?: string;
  placement?: "top" | "bottom" | "start" | "end";
  children: ReactElement;
}) {
  return cloneElement(children as ReactElement<Record<string, unknown>>, {
    [TIP]: text,
    [KEYS]: shortcut,
    [PLACE]: placement,
  });
}
