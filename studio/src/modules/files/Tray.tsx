/** The uploads in the corner. */
import { CircleAlert, CircleCheck, RotateCw, X } from "lucide-react";
import { useSyncExternalStore } from "react";
import { ProgressBar } from "react-aria-components";
import { errorText } from "~/api/errors";
import { formatBytes } from "~/i18n/format";
import { t } from "~/i18n/words/files";
import { Button, IconButton } from "~/kit/Button";
import { tray, type Upload } from "./tray";

export function Tray() {
  const uploads = useSyncExternalStore(tray.subscribe, tray.get);
  if (uploads.length === 0) return null;
  const done = uploads.filter((upload) => upload.state === "done").length;
  return (
    <section
      aria-label={t("files.uploads")}
      className="fixed end-4 bottom-4 z-5 flex max-h-[60vh] w-96 max-w-[calc(100vw-2rem)] flex-col rounded-card border border-line bg-raised shadow-overlay max-sm:bottom-18"
    >
      <header className="flex min-h-11 items-center gap-2 border-b border-line ps-4 pe-2">
        <h2 role="status" className="flex-1 font-semibold">
          {t("files.uploads.count", { done, all: uploads.length })}
        </h2>
        {done > 0 && (
          <Button look="quiet" onPress={tray.clear}>
            {t("files.uploads.clear")}
          </Button>
        )}
      </header>
      <ul className="min-h-0 overflow-auto py-1">
        {uploads.map((upload) => (
          <Row key={upload.id} upload={upload} />
        ))}
      </ul>
    </section>
  );
}

function Row({ upload }: { upload: Upload }) {
  const { id, file, state, part, error } = upload;
  return (
    <li className="flex items-center gap-2 ps-4 pe-2 py-1.5">
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline gap-2">
          <span className="min-w-0 flex-1 truncate">{file.name}</span>
          <span className="shrink-0 text-caption text-fg-3">{formatBytes(file.size)}</span>
        </div>
        {state === "failed" ? (
          <p className="text-dense text-danger-fg">{errorText(error)}</p>
        ) : state === "done" ? null : (
          <ProgressBar
            aria-label={t("files.upload.progress", { name: file.name })}
            value={part * 100}
            isIndeterminate={state === "running" && part === 0}
            className="mt-1 h-1 overflow-hidden rounded-full bg-line"
          >
            {({ percentage }) => (
              <div
                className="h-full rounded-full bg-accent transition-[width]"
                style={{ width: `${percentage ?? 8}%` }}
              />
            )}
          </ProgressBar>
        )}
      </div>
      {state === "done" && <CircleCheck size={18} className="text-success-fg" aria-label={t("files.upload.done")} />}
      {state === "failed" && (
        <>
          <CircleAlert size={18} aria-hidden className="text-danger-fg" />
          <IconButton label={t("app.retry")} onPress={() => tray.again(id)}>
            <RotateCw size={16} />
          </IconButton>
        </>
      )}
      <IconButton
        label={t(state === "done" ? "files.upload.dismiss" : "files.upload.stop")}
        onPress={() => tray.drop(id)}
      >
        <X size={16} />
      </IconButton>
    </li>
  );
}
