/** Below a list: how many rows there are, and what is under way. */
import { useSyncExternalStore } from "react";
import type { CellEdits } from "~/grid/edits";
import type { WindowSource } from "~/grid/window";
import { formatNumber } from "~/i18n/format";
import { t } from "~/i18n/i18n";

export function Footer({ source, edits }: { source: WindowSource; edits: CellEdits }) {
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
      {pending > 0 && <span>{t("content.saving", { count: pending })}</span>}
    </footer>
  );
}
