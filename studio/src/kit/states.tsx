/** Loading, empty, error and no-permission, the same everywhere. */
import { CircleAlert, Lock } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { ApiError, errorText } from "~/api/errors";
import { t } from "~/i18n/i18n";
import { Button } from "./Button";
import { useWaiting } from "./later";
import { cx } from "./style";

/** True after 150 ms: what comes sooner needs no skeleton. */
export function useLate(milliseconds = 150): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), milliseconds);
    return () => clearTimeout(timer);
  }, [milliseconds]);
  return late;
}

/** A grey stand-in in the final geometry. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <div
      aria-hidden
      className={cx("animate-[st-pulse_1.6s_ease-in-out_infinite] rounded-control bg-line", className)}
    />
  );
}

export function Loading({ children, label }: { children?: ReactNode; label?: string }) {
  const late = useLate();
  useWaiting();
  return (
    <div role="status" aria-busy className="min-h-24">
      <span className="sr-only">{label ?? t("app.loading")}</span>
      {late && (children ?? <DefaultSkeleton />)}
    </div>
  );
}

/** A whole page in its final geometry: the head, and a column of fields below it. */
export function PageLoading() {
  return (
    <Loading>
      <div className="flex min-h-14 items-center border-b border-line px-6 max-sm:px-4">
        <Skeleton className="h-6 w-56" />
      </div>
      <div className="mx-auto flex max-w-3xl flex-col gap-6 p-6 max-sm:p-4">
        {["w-24", "w-32", "w-20", "w-28"].map((width) => (
          <div key={width} className="flex flex-col gap-2">
            <Skeleton className={`h-4 ${width}`} />
            <Skeleton className="h-(--st-control) w-full" />
          </div>
        ))}
      </div>
    </Loading>
  );
}

/** Rows of a list in a card. */
export function RowsLoading({ rows = 4 }: { rows?: number }) {
  return (
    <Loading>
      <div className="p-6 max-sm:p-4">
        <div className="divide-y divide-line rounded-card border border-line bg-surface">
          {Array.from({ length: rows }, (_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: stand-ins are their places
            <div key={index} className="flex min-h-14 items-center gap-3 px-4">
              <Skeleton className="size-8 shrink-0 rounded-full!" />
              <Skeleton className="h-4 w-1/4" />
              <Skeleton className="ms-auto h-4 w-20" />
            </div>
          ))}
        </div>
      </div>
    </Loading>
  );
}

function DefaultSkeleton() {
  return (
    <div className="flex max-w-3xl flex-col gap-3 p-6">
      <Skeleton className="h-7 w-56" />
      <Skeleton className="h-4 w-full" />
      <Skeleton className="h-4 w-4/5" />
      <Skeleton className="h-4 w-2/3" />
    </div>
  );
}

export function Centered({
  icon,
  title,
  isPage,
  children,
  actions,
}: {
  icon?: ReactNode;
  title: string;
  /** It is all that the page shows: its title is the page's. */
  isPage?: boolean;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  const Heading = isPage ? "h1" : "h2";
  return (
    <div className="mx-auto flex max-w-md flex-col items-center gap-2 px-6 py-16 text-center">
      {icon && (
        <div className="mb-1 flex size-11 items-center justify-center rounded-full bg-sunken text-fg-2">{icon}</div>
      )}
      <Heading className="text-[16px] font-semibold text-balance">{title}</Heading>
      {children && <div className="text-fg-2 text-pretty">{children}</div>}
      {actions && <div className="mt-3 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}

/** One sentence and one thing to do. */
export const Empty = Centered;

/** What failed, what can be done, and what to tell whoever helps. */
export function Failed({ error, onRetry, title }: { error: unknown; onRetry?: () => void; title?: string }) {
  if (error instanceof ApiError && error.status === 403) return <NoPermission />;
  const details =
    error instanceof ApiError
      ? `${error.status} ${error.code} ${error.message} ${error.requestId ?? ""}`.trim()
      : String(error);
  return (
    <div role="alert">
      <Centered
        icon={<CircleAlert size={20} />}
        title={title ?? t("app.failed")}
        actions={
          <>
            {onRetry && (
              <Button look="primary" onPress={onRetry}>
                {t("app.retry")}
              </Button>
            )}
            <Button look="quiet" onPress={() => void navigator.clipboard?.writeText(details)}>
              {t("app.copy_details")}
            </Button>
          </>
        }
      >
        {errorText(error)}
        {error instanceof ApiError && error.requestId && (
          <div className="mt-1 font-mono text-caption text-fg-3">{error.requestId}</div>
        )}
      </Centered>
    </div>
  );
}

/** `what`: the whole page, by its name. `action`: what somebody needs a permission for. */
export function NoPermission({ what, action, children }: { what?: string; action?: string; children?: ReactNode }) {
  return (
    <Centered
      icon={<Lock size={20} />}
      title={what ? t("app.forbidden.what", { what }) : t("app.forbidden")}
      isPage={!!what}
      actions={children}
    >
      {what && action ? t("app.forbidden.ask", { what, action }) : t("app.forbidden.ask_any")}
    </Centered>
  );
}
