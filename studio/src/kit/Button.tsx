import type { ReactNode } from "react";
import { Button as AriaButton, type ButtonProps as AriaButtonProps, Link, type LinkProps } from "react-aria-components";
import { cx } from "./style";
import { Tooltip } from "./Tooltip";

export type Look = "primary" | "secondary" | "quiet" | "danger";

const LOOKS: Record<Look, string> = {
  primary:
    "bg-accent text-on-accent border-transparent data-[hovered]:bg-accent-strong data-[pressed]:bg-accent-strong",
  secondary: "bg-surface text-fg border-line-strong data-[hovered]:bg-sunken data-[pressed]:bg-sunken",
  quiet: "bg-transparent text-fg border-transparent data-[hovered]:bg-hover data-[pressed]:bg-hover",
  danger: "bg-danger text-on-danger border-transparent data-[hovered]:brightness-95 data-[pressed]:brightness-90",
};

const SHAPE =
  "inline-flex shrink-0 items-center justify-center gap-1.5 rounded-control border font-medium whitespace-nowrap " +
  "min-h-(--st-control) min-w-(--st-control) cursor-default select-none transition-colors duration-(--st-fast) " +
  "data-[disabled]:opacity-50 data-[pending]:opacity-70";

export interface ButtonProps extends Omit<AriaButtonProps, "className" | "children"> {
  look?: Look;
  icon?: ReactNode;
  children?: ReactNode;
  className?: string;
}

/** A button with a verb on it. While `isPending` it can't be pressed again and shows that something is under way. */
export function Button({ look = "secondary", icon, children, className, ...props }: ButtonProps) {
  return (
    <AriaButton {...props} className={cx(SHAPE, "px-3", LOOKS[look], className)}>
      {props.isPending ? <Spinner /> : icon}
      {children}
    </AriaButton>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, "children" | "icon"> {
  /** What it does, for the tooltip and for screen readers. */
  label: string;
  children: ReactNode;
  /** Keys shown in the tooltip. */
  shortcut?: string;
}

export function IconButton({ label, children, look = "quiet", className, shortcut, ...props }: IconButtonProps) {
  return (
    <Tooltip text={label} shortcut={shortcut}>
      <AriaButton
        {...props}
        aria-label={label}
        className={cx(SHAPE, LOOKS[look], look === "quiet" && "text-fg-2", className)}
      >
        {props.isPending ? <Spinner /> : children}
      </AriaButton>
    </Tooltip>
  );
}

/** A link that looks like a button. */
export function ButtonLink({
  look = "secondary",
  icon,
  children,
  className,
  ...props
}: Omit<LinkProps, "className" | "children"> & {
  look?: Look;
  icon?: ReactNode;
  children?: ReactNode;
  className?: string;
}) {
  return (
    <Link {...props} className={cx(SHAPE, "px-3 no-underline", LOOKS[look], className)}>
      {icon}
      {children}
    </Link>
  );
}

export function Spinner({ className }: { className?: string }) {
  return (
    <span
      aria-hidden
      className={cx(
        "inline-block size-4 animate-[st-spin_700ms_linear_infinite] rounded-full border-2 border-current border-e-transparent",
        className,
      )}
    />
  );
}
