/** What can be done with one row: opened by the second mouse button, the menu key or Shift+F10. */
import { Archive, ArchiveRestore, Copy, ExternalLink, Eye, Link, PanelRight, SquareCheck, Trash2 } from "lucide-react";
import { useRef } from "react";
import { Popover } from "react-aria-components";
import type { Item, Key } from "~/api/types";
import type { RowMenuAt } from "~/grid/Grid";
import { t } from "~/i18n/words/list";
import { MENU_SURFACE, MenuList } from "~/kit/MenuList";
import { toast } from "~/kit/Toast";
import { archiveOf } from "../query";
import { type BulkTarget, useBulk } from "../useBulk";

interface RowMenuProps extends BulkTarget {
  item: Item;
  at: RowMenuAt;
  name: string;
  href: string;
  onOpen: () => void;
  onPeek: () => void;
  onSelect: () => void;
  onClose: () => void;
}

export default function RowMenu({ item, at, name, href, onOpen, onPeek, onSelect, onClose, ...target }: RowMenuProps) {
  const place = useRef<HTMLSpanElement>(null);
  const bulk = useBulk(target);
  const archiving = archiveOf(target.collection, target.fields);
  const isArchived = !!archiving && String(item[archiving.field]) === String(archiving.archived);
  const keys = [item[target.keyName] as Key];
  const run = (work: (keys: Key[]) => Promise<void>) => () => void bulk.run(1, async () => keys, work);
  const address = new URL(href, window.location.href).href;
  return (
    <>
      <span ref={place} aria-hidden className="fixed size-px" style={{ left: at.x, top: at.y }} />
      <Popover
        isOpen
        triggerRef={place}
        placement="bottom start"
        offset={2}
        className={MENU_SURFACE}
        onOpenChange={(open) => !open && onClose()}
      >
        <MenuList
          label={t("grid.row_menu", { name })}
          onClose={onClose}
          commands={[
            [
              { id: "open", text: t("content.row.open"), icon: <PanelRight size={16} />, onAction: onOpen },
              {
                id: "tab",
                text: t("content.row.open_tab"),
                icon: <ExternalLink size={16} />,
                onAction: () => window.open(address, "_blank", "noopener"),
              },
              { id: "peek", text: t("content.row.peek"), icon: <Eye size={16} />, onAction: onPeek },
              { id: "select", text: t("content.row.select"), icon: <SquareCheck size={16} />, onAction: onSelect },
              {
                id: "link",
                text: t("content.row.copy_link"),
                icon: <Link size={16} />,
                onAction: () =>
                  void navigator.clipboard
                    ?.writeText(address)
                    .then(() => toast({ kind: "success", text: t("content.row.link_copied") })),
              },
            ],
            [
              bulk.mayDuplicate && {
                id: "duplicate",
                text: t("content.bulk.duplicate"),
                icon: <Copy size={16} />,
                onAction: run(bulk.duplicate),
              },
              bulk.mayArchive && {
                id: "archive",
                text: t(isArchived ? "content.bulk.unarchive" : "content.bulk.archive"),
                icon: isArchived ? <ArchiveRestore size={16} /> : <Archive size={16} />,
                onAction: run(isArchived ? bulk.unarchive : bulk.archive),
              },
            ],
            [
              bulk.mayDelete && {
                id: "delete",
                text: t("content.delete"),
                icon: <Trash2 size={16} />,
                danger: true,
                onAction: run(bulk.remove),
              },
            ],
          ]}
        />
      </Popover>
    </>
  );
}
