import type { ReactElement, ReactNode } from "react";
import { Dialog, DialogTrigger, Popover, type PopoverProps } from "react-aria-components";
import { cx, OVERLAY } from "./style";

/** A button (`trigger`) that opens a small surface beside it; it closes by Escape and by a press outside. */
export function Popup({
  trigger,
  label,
  children,
  isOpen,
  onOpenChange,
  placement = "bottom start",
  className,
}: {
  trigger: ReactElement;
  /** What the surface is, for screen readers. */
  label: string;
  children: ReactNode | ((close: () => void) => ReactNode);
  isOpen?: boolean;
  onOpenChange?: (open: boolean) => void;
  placement?: PopoverProps["placement"];
  className?: string;
}) {
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={onOpenChange}>
      {trigger}
      <Popover offset={4} placement={placement} className={cx(OVERLAY, "max-h-[80vh] overflow-auto", className)}>
        <Dialog aria-label={label} className="outline-none">
          {({ close }) => <>{typeof children === "function" ? children(close) : children}</>}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
