/** Bars above everything: no network, and a newer studio. */
import { CloudOff, RefreshCw } from "lucide-react";
import { useSyncExternalStore } from "react";
import { onUpdated } from "~/api/client";
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
  return (
    <div role="status" className="shrink-0">
      {!online && (
        <div className="flex items-center justify-center gap-2 bg-warning-bg px-4 py-1.5 text-dense font-medium text-warning-fg">
          <CloudOff size={16} aria-hidden /> {t("shell.offline")}
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
