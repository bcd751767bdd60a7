/** What columns come to, where rows are cards: one line below them. */
import { t } from "~/i18n/words/list";
import type { ListColumn } from "../columns";
import { SummaryValue } from "./SummaryValue";
import { type SummaryProps, useSummary } from "./useSummary";

export default function PhoneSummary({ columns, ...about }: SummaryProps & { columns: readonly ListColumn[] }) {
  const summed = columns.filter((one) => one.summary);
  const { data } = useSummary(about, summed);
  return (
    <section
      aria-label={t("content.summary")}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
      tabIndex={0}
      className="shrink-0 overflow-x-auto border-t border-line bg-sunken px-4 py-2 outline-offset-[-2px]"
    >
      <dl className="flex gap-5 text-dense tabular-nums">
        {summed.map((column) => (
          <div key={column.id} className="flex shrink-0 flex-col">
            <dt className="text-caption text-fg-2">
              {column.title} · {t(`content.summary.${column.summary}.short`)}
            </dt>
            <dd className="font-medium">
              {data ? (
                <SummaryValue
                  collection={about.collection}
                  column={column}
                  answer={data}
                  count={about.source.count() ?? 0}
                />
              ) : (
                "…"
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
