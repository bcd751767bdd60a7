/** What became of many items where not all could be changed: which ones stayed as they were, and why. */
import type { History } from "~/grid/history";
import type { WindowSource } from "~/grid/window";
import { t } from "~/i18n/words/list";
import { Button } from "~/kit/Button";
import { Dialog } from "~/kit/Dialog";
import { undoing } from "../undoing";
import type { PartlyDone } from "../useBulk";
import NamedItems from "./NamedItems";

interface BulkResultProps extends PartlyDone {
  collection: string;
  history: History;
  source: WindowSource;
  onClose: () => void;
}

export default function BulkResult({
  collection,
  text,
  operation,
  failures,
  history,
  source,
  onClose,
}: BulkResultProps) {
  const undo = operation && undoing(history, operation, source);
  return (
    <Dialog
      isOpen
      title={text}
      onClose={onClose}
      footer={
        <>
          {undo && (
            <Button
              onPress={() => {
                undo.run();
                onClose();
              }}
            >
              {undo.text}
            </Button>
          )}
          <Button look="primary" onPress={onClose}>
            {t("app.close")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <p>{t("content.bulk.failed", { count: failures.length })}</p>
        <NamedItems
          collection={collection}
          label={t("content.bulk.failed", { count: failures.length })}
          items={failures}
        />
        <p className="text-dense text-fg-2">{t("content.bulk.failed.selected")}</p>
      </div>
    </Dialog>
  );
}
