/** What became of many items where not all could be changed: which ones stayed as they were, and why. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-aria-components";
import { titlesQuery } from "~/api/titles";
import type { History } from "~/grid/history";
import type { WindowSource } from "~/grid/window";
import { formatNumber } from "~/i18n/format";
import { t } from "~/i18n/words/list";
import { Button } from "~/kit/Button";
import { Dialog } from "~/kit/Dialog";
import { ANY_DIRECTION, cx } from "~/kit/style";
import { itemHref } from "~/shell/recent";
import { undoing } from "../undoing";
import type { PartlyDone } from "../useBulk";

/** Most items that are named. */
const MOST_NAMED = 200;

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
  const named = failures.slice(0, MOST_NAMED);
  const { data } = useQuery(titlesQuery(named.map(({ key }) => ({ collection, id: key }))));
  const titles = new Map(data?.map((one) => [String(one.id), one.title]));
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
        <ul
          aria-label={t("content.bulk.failed", { count: failures.length })}
          className="flex flex-col rounded-card border border-line"
        >
          {named.map(({ key, message }) => (
            <li key={String(key)} className="flex flex-col px-3 py-2 [&:not(:first-child)]:border-t border-line">
              <Link
                href={itemHref({ collection, id: key })}
                className={cx(
                  "self-start rounded-sm font-medium text-accent underline-offset-2 data-[hovered]:underline pointer-coarse:min-h-11",
                  ANY_DIRECTION,
                )}
              >
                <bdi>{titles.get(String(key)) ?? String(key)}</bdi>
              </Link>
              <span className="text-dense text-fg-2">{message}</span>
            </li>
          ))}
        </ul>
        {failures.length > MOST_NAMED && (
          <p className="text-dense text-fg-2">
            {t("content.bulk.failed.more", {
              count: failures.length - MOST_NAMED,
              text: formatNumber(failures.length - MOST_NAMED),
            })}
          </p>
        )}
        <p className="text-dense text-fg-2">{t("content.bulk.failed.selected")}</p>
      </div>
    </Dialog>
  );
}
