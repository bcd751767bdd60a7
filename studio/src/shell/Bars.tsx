/** Bars above everything: looking as somebody else, no extensions, no network, a newer studio. */
import { CloudOff, Eye, PuzzleIcon, RefreshCw } from "lucide-react";
import { useSyncExternalStore } from "react";
import { onUpdated } from "~/api/client";
import { viewAs, viewedPerson } from "~/api/viewAs";
import { boot } from "~/boot";
import { t } from "~/i18n/i18n";
import { Button } from "~/kit/Button";
import { useOnline } from "./screen";

let updated = false;
const listeners = new Set<() => void>();
onUpdated(() => {
  if (updated) return;
  updated = true;
  for (const listener of listeners) listener();
});

const useUpdated = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => updated,
  );

export function Bars() {
  const online = useOnline();
  const newer = useUpdated();
  const seen = viewedPerson();
  return (
    <div role="status" className="shrink-0">
      {seen && (
        <div className="flex items-center justify-center gap-3 bg-accent-bg px-4 py-1 text-dense font-medium text-accent-strong">
          <Eye size={16} aria-hidden className="shrink-0" /> {t("shell.view_as", { name: seen.name })}
          <Button onPress={() => viewAs(null, `${boot.mount}settings/access`)}>{t("shell.view_as.end")}</Button>
        </div>
      )}
      {boot.safe && (
        <div className="flex items-center justify-center gap-3 bg-warning-bg px-4 py-1 text-dense font-medium text-warning-fg">
          <PuzzleIcon size={16} aria-hidden className="shrink-0" /> {t("shell.safe")}
          <Button onPress={() => window.location.assign(`${boot.mount}?safe=0`)}>{t("shell.safe.end")}</Button>
        </div>
      )}
      {!online && (
        <div className="flex items-center justify-center gap-2 bg-warning-bg px-4 py-1.5 text-dense font-medium text-warning-fg">
          <CloudOff size={16} aria-hidden className="shrink-0" /> {t("shell.offline")}
        </div>
      )}
      {newer && (
        <div className="flex items-center justify-center gap-3 bg-info-bg px-4 py-1 text-dense font-medium text-info-fg">
          {t("shell.updated")}
          <Button icon={<RefreshCw size={14} />} onPress={() => window.location.reload()}>
            {t("shell.updated.reload")}
          </Button>
        </div>
      )}
    </div>
  );
}
