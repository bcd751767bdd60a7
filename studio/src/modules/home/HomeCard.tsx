/** One card of Home: it loads and fails by itself. */
import type { UseQueryResult } from "@tanstack/react-query";
import { type ReactNode, useId } from "react";
import { errorText } from "~/api/errors";
import { t } from "~/i18n/i18n";
import { Button } from "~/kit/Button";
import { Card } from "~/kit/bits";
import { Skeleton, useLate } from "~/kit/states";

export function HomeCard<Row>({
  title,
  icon,
  end,
  query,
  empty,
  children,
}: {
  title: string;
  icon?: ReactNode;
  end?: ReactNode;
  query: UseQueryResult<Row[]>;
  /** What to say when there is nothing. */
  empty: ReactNode;
  children: (rows: Row[]) => ReactNode;
}) {
  const heading = useId();
  return (
    <Card className="overflow-hidden">
      <section aria-labelledby={heading}>
        <header className="flex min-h-12 items-center gap-2 border-b border-line ps-4 pe-2">
          {icon && <span className="text-fg-2">{icon}</span>}
          <h2 id={heading} className="min-w-0 flex-1 truncate font-semibold">
            {title}
          </h2>
          {end}
        </header>
        {query.data ? (
          query.data.length ? (
            children(query.data)
          ) : (
            <p className="px-4 py-5 text-fg-2">{empty}</p>
          )
        ) : query.error ? (
          <div role="alert" className="flex items-center gap-3 px-4 py-4">
            <span className="min-w-0 flex-1 text-fg-2">{errorText(query.error)}</span>
            <Button onPress={() => void query.refetch()}>{t("app.retry")}</Button>
          </div>
        ) : (
          <Lines />
        )}
      </section>
    </Card>
  );
}

function Lines() {
  const late = useLate();
  return (
    <div role="status" aria-busy className="flex min-h-28 flex-col gap-3 p-4">
      <span className="sr-only">{t("app.loading")}</span>
      {late && ["w-3/4", "w-1/2", "w-2/3"].map((width) => <Skeleton key={width} className={`h-4 ${width}`} />)}
    </div>
  );
}
