/** The rows of a list as they are drawn: with the heads of groups between them, where the view groups them. */
import { lazy, type ReactNode, Suspense, useCallback, useMemo, useState } from "react";
import { DisplayValue } from "~/displays/DisplayValue";
import type { Column } from "~/grid/columns";
import { ALL_CLOSED, type Closed, GroupedRows, NONE_CLOSED, withClosed } from "~/grid/groups";
import type { GridRows, Group, WindowSource } from "~/grid/window";
import { formatDate } from "~/i18n/format";
import { t } from "~/i18n/i18n";
import type { ListColumn } from "./columns";
import type { Grouping, Unit } from "./grouping";
import type { SummaryAnswer } from "./summaries";

const LabelledSummary = lazy(() => import("./tools/SummaryValue"));

const FORMATS: Record<Unit, Intl.DateTimeFormatOptions> = {
  day: { dateStyle: "long", timeZone: "UTC" },
  month: { year: "numeric", month: "long", timeZone: "UTC" },
  year: { year: "numeric", timeZone: "UTC" },
};

export interface Groups {
  rows: GridRows;
  /** There are more groups than are shown. */
  tooMany: boolean;
  openAll: (open: boolean) => void;
  groupTitle: (group: Group) => ReactNode;
  groupSummary: (group: Group, column: Column) => ReactNode;
  onGroup: (id: string, open: boolean) => void;
}

export function useGroups(
  collection: string,
  grouping: Grouping | undefined,
  source: WindowSource,
  /** What of the view makes other groups of them. */
  place: string,
): Groups {
  const groups = source.loader.groups?.();
  const [state, setState] = useState<{ place: string; closed: Closed }>({ place, closed: NONE_CLOSED });
  const closed = state.place === place ? state.closed : NONE_CLOSED;
  const rows = useMemo(() => (groups ? new GroupedRows(source, groups, closed) : source), [source, groups, closed]);
  const groupTitle = (group: Group) =>
    grouping ? <GroupTitle {...grouping} collection={collection} group={group} /> : null;
  return {
    rows,
    tooMany: groups === null,
    openAll: useCallback((open: boolean) => setState({ place, closed: open ? NONE_CLOSED : ALL_CLOSED }), [place]),
    groupTitle,
    groupSummary: (group, column) =>
      column.summary && (
        <Suspense fallback={null}>
          <LabelledSummary
            collection={collection}
            column={column as ListColumn}
            answer={group.values as SummaryAnswer}
            count={group.count}
          />
        </Suspense>
      ),
    onGroup: useCallback(
      (id: string, open: boolean) =>
        setState((before) => ({
          place,
          closed: withClosed(before.place === place ? before.closed : NONE_CLOSED, id, !open),
        })),
      [place],
    ),
  };
}

function GroupTitle({ field, unit, collection, group: { values } }: Grouping & { collection: string; group: Group }) {
  const name = field.field;
  if (unit) {
    const [year, month, day] = ["year", "month", "day"].map((one) => values[`${name}_${one}`]);
    if (year === null || year === undefined) return t("content.group.none");
    const date = new Date(Date.UTC(Number(year), Number(month ?? 1) - 1, Number(day ?? 1)));
    return formatDate(date, FORMATS[unit]);
  }
  const value = values[name];
  if (value === null || value === undefined) return t("content.group.none");
  if (value === "") return t("content.group.blank");
  return <DisplayValue field={field} value={value} item={values} collection={collection} />;
}
