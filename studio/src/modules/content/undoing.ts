/** Taking an operation back from where it is offered. What was undone is said. */
import type { History, Operation } from "~/grid/history";
import type { WindowSource } from "~/grid/window";
import { t } from "~/i18n/i18n";
import { toast, toastError } from "~/kit/Toast";

export const undoing = (history: History, operation: Operation, source: WindowSource) => ({
  text: t("content.undo"),
  run: () =>
    void history
      .undoThis(operation)
      .then((done) => {
        source.refresh();
        if (done) toast({ kind: "info", text: t("content.undone", { text: operation.text }) });
      })
      .catch((error) => toastError(error, t("content.undo.failed"))),
});
