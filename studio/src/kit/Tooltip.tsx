import type { ReactElement } from "react";
import { Tooltip as AriaTooltip, TooltipTrigger } from "react-aria-components";
import { cx } from "./style";

/** A short text on hover and focus. Its child is focusable. */
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
  return (
    <TooltipTrigger delay={500} closeDelay={50}>
      {children}
      <AriaTooltip
        offset={6}
        placement={placement}
        className={cx(
          "max-w-72 rounded-control bg-fg px-2 py-1 text-caption text-bg shadow-overlay",
          "data-[entering]:animate-[st-fade_120ms_ease-out]",
        )}
      >
        {text}
        {shortcut && <kbd className="ms-2 font-sans opacity-75">{shortcut}</kbd>}
      </AriaTooltip>
    </TooltipTrigger>
  );
}
