import type { ReactElement, ReactNode } from "react";
import type { PopoverProps } from "react-aria-components";
import { later } from "./later";
import { Opener } from "./Opener";

const PopupSurface = later(() => import("./floating").then((file) => file.PopupSurface));
export const POPUP = [PopupSurface];

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
    <Opener opens="dialog" trigger={trigger} isOpen={isOpen} onOpenChange={onOpenChange}>
      {(opened) => (
        <PopupSurface {...opened} label={label} placement={placement} className={className}>
          {children}
        </PopupSurface>
      )}
    </Opener>
  );
}
