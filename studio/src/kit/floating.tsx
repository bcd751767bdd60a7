/**
 * What lies above a page: menus, popups, dialogs. It comes as one, when the page stands or when the first of it opens.
 */
import type { ReactNode } from "react";
import { Dialog, Popover, type PopoverProps } from "react-aria-components";
import { MENU_SURFACE } from "./MenuList";
import type { Opened } from "./Opener";
import { cx, OVERLAY } from "./style";

// biome-ignore lint/performance/noBarrelFile: it is one chunk for all of them
export { DialogSurface, DrawerSurface } from "./DialogSurface";
export { MenuList } from "./MenuList";

/** The surface of a menu, beside its button. */
export function MenuPopover({
  label,
  triggerRef,
  onOpenChange,
  placement = "bottom start",
  offset = 4,
  className = MENU_SURFACE,
  children,
}: Pick<Opened, "triggerRef" | "onOpenChange"> &
  Pick<PopoverProps, "placement" | "offset" | "className"> & { label: string; children: ReactNode }) {
  return (
    <Popover
      isOpen
      trigger="MenuTrigger"
      aria-label={label}
      triggerRef={triggerRef}
      onOpenChange={onOpenChange}
      placement={placement}
      offset={offset}
      className={className}
    >
      {children}
    </Popover>
  );
}

/** The surface of a popup, beside its button. */
export function PopupSurface({
  id,
  label,
  triggerRef,
  onOpenChange,
  placement,
  className,
  children,
}: Pick<Opened, "id" | "triggerRef" | "onOpenChange"> & {
  label: string;
  placement: PopoverProps["placement"];
  className?: string;
  children: ReactNode | ((close: () => void) => ReactNode);
}) {
  const close = () => onOpenChange(false);
  return (
    <Popover
      isOpen
      trigger="DialogTrigger"
      triggerRef={triggerRef}
      onOpenChange={onOpenChange}
      offset={4}
      placement={placement}
      className={cx(OVERLAY, "max-h-[80vh] overflow-auto", className)}
    >
      <Dialog id={id} aria-label={label} className="outline-none">
        {typeof children === "function" ? children(close) : children}
      </Dialog>
    </Popover>
  );
}
