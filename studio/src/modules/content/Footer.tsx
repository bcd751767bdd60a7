/** Below a list: how many rows there are, and what is under way. */
import { useSyncExternalStore } from "react";
import { Button } from "react-aria-components";
import { useConnection } from "~/api/realtime";
import type { CellEdits } from "~/grid/edits";
import type { WindowSource } from "~/grid/window";
import { formatNumber } from "~/i18n/format";
import { t } from "~/i18n/i18n";

export function Footer({
  source,
  edits,
  news,
  onNews,
}: {
  source: WindowSource;
  edits: CellEdits;
  /** How many items others have made since the list was read. */
  news: number;
  onNews: () => void;
}) {
  const connection = useConnection();
  useSyncExternalStore(source.subscribe, () => source.version);
  useSyncExternalStore(edits.subscribe, () => edits.version);
  const count = source.count();
  const pending = edits.pending;
  return (
    <footer className="flex min-h-8 shrink-0 items-center gap-4 border-t border-line bg-bg px-6 text-caption text-fg-2 tabular-nums max-sm:px-4">
      <span>
        {count === undefined
          ? "\u00a0"
          : source.isCounted
            ? t("content.rows", { count, text: formatNumber(count) })
            : t("content.rows.more", { text: formatNumber(count) })}
      </span>
      {news > 0 && (
        <Button
          onPress={onNews}
          className="rounded-full bg-accent px-2.5 py-0.5 font-medium text-on-accent data-[hovered]:bg-accent-strong"
        >
          {t("content.news", { count: news })}
        </Button>
      )}
      {connection === "live" && (
        <span className="flex items-center gap-1.5">
          <span aria-hidden className="size-1.5 rounded-full bg-success-fg" />
          {t("content.live")}
        </span>
      )}
      {pending > 0 && <span>{t("content.saving", { count: pending })}</span>}
    </footer>
  );
}
