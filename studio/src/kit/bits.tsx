/** Small things: badges, cards, page headers, keys. */
import { createContext, type ReactNode, useContext } from "react";
import { ANY_DIRECTION, cx } from "./style";
import { useTitle } from "./title";

export type Tone = "neutral" | "accent" | "info" | "success" | "warning" | "danger";

const TONES: Record<Tone, string> = {
  neutral: "bg-fg/8 text-fg-2",
  accent: "bg-accent-bg text-accent-strong",
  info: "bg-info-bg text-info-fg",
  success: "bg-success-bg text-success-fg",
  warning: "bg-warning-bg text-warning-fg",
  danger: "bg-danger-bg text-danger-fg",
};

export function Badge({
  tone = "neutral",
  dot,
  children,
  className,
}: {
  tone?: Tone;
  dot?: boolean;
  children: ReactNode;
  className?: string;
}) {
  return (
    <span
      className={cx(
        "inline-flex max-w-full items-center gap-1.5 rounded-full px-2 py-0.5 text-caption font-medium",
        TONES[tone],
        className,
      )}
    >
      {dot && <span aria-hidden className="size-1.5 shrink-0 rounded-full bg-current" />}
      <span className="truncate">{children}</span>
    </span>
  );
}

export function Card({ children, className }: { children: ReactNode; className?: string }) {
  return <div className={cx("rounded-card border border-line bg-surface", className)}>{children}</div>;
}

/** A note on a coloured ground, with an icon or word that says the tone too. */
export function Notice({
  tone = "info",
  icon,
  title,
  children,
  actions,
}: {
  tone?: Exclude<Tone, "neutral" | "accent">;
  icon?: ReactNode;
  title?: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  const line = {
    info: "border-info-line",
    success: "border-success-line",
    warning: "border-warning-line",
    danger: "border-danger-line",
  }[tone];
  return (
    <div className={cx("flex items-start gap-2.5 rounded-card border px-3 py-2.5 max-sm:flex-wrap", TONES[tone], line)}>
      {icon && <span className="mt-0.5 shrink-0">{icon}</span>}
      <div className="min-w-0 flex-1 max-sm:basis-3/4">
        {title && <div className="font-semibold">{title}</div>}
        {children}
      </div>
      {actions}
    </div>
  );
}

/** What stands first in the heads of the pages below: the way to a navigation that is out of sight. */
export const HeaderStart = createContext<ReactNode>(null);

/** The head of a page: what it is, and what can be done. A title that is a text is the browser tab's, too. */
export function PageHeader({
  title,
  icon,
  children,
  note,
  before,
}: {
  title: ReactNode;
  icon?: ReactNode;
  children?: ReactNode;
  note?: ReactNode;
  before?: ReactNode;
}) {
  const start = useContext(HeaderStart);
  useTitle(typeof title === "string" ? title : undefined);
  return (
    <header className="flex min-h-14 shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-bg px-6 py-1.5 max-sm:px-4 max-sm:py-2">
      {start}
      {before && <span className="-ms-2 -me-1 flex">{before}</span>}
      {icon && <span className="text-fg-2">{icon}</span>}
      <div className="min-w-0 flex-1 max-[900px]:min-w-56 max-sm:min-w-[34%]">
        <h1
          dir="auto"
          title={typeof title === "string" ? title : undefined}
          className={cx(
            "truncate text-section font-semibold max-sm:line-clamp-2 max-sm:whitespace-normal",
            ANY_DIRECTION,
          )}
        >
          {title}
        </h1>
        {note && (
          <div
            dir="auto"
            title={typeof note === "string" ? note : undefined}
            className={cx(
              "truncate text-caption text-fg-2 max-sm:line-clamp-2 max-sm:whitespace-normal",
              ANY_DIRECTION,
            )}
          >
            {note}
          </div>
        )}
      </div>
      <div className="ms-auto flex flex-wrap items-center justify-end gap-2">{children}</div>
    </header>
  );
}
