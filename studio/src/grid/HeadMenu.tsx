/** What a column's menu says; loaded when it opens. */
import { useState } from "react";
import { Header, Menu, MenuItem, MenuSection, Separator } from "react-aria-components";
import { t } from "~/i18n/words/list";
import { MenuPopover } from "~/kit/floating";
import type { Opened } from "~/kit/Opener";
import { cx, OPTION, OVERLAY } from "~/kit/style";
import { type Column, sortOf } from "./columns";

export type HeadAction =
  | "ascending"
  | "descending"
  | "more"
  | "before"
  | "after"
  | "wider"
  | "narrower"
  | "pin"
  | "hide";

export interface HeadMenuProps extends Opened {
  column: Column;
  sortedBy: readonly string[];
  /** Whether it is the first or last of those that it can change places with, and the only one at all. */
  first: boolean;
  last: boolean;
  only: boolean;
  onAction: (action: HeadAction) => void;
  onSummary: (summary: string | null) => void;
}

const NONE = "none";

export default function HeadMenu({
  column,
  sortedBy,
  first,
  last,
  only,
  onAction,
  onSummary,
  ...opened
}: HeadMenuProps) {
  const label = t("grid.column_menu", { name: column.title });
  const [page, setPage] = useState<"all" | "summary">("all");
  const { summaries = [], summary } = column;
  if (page === "summary") {
    return (
      <MenuPopover {...opened} label={label} className={cx(OVERLAY, "min-w-48 p-1")}>
        <Menu
          key={page}
          aria-label={t("content.summary.of", { name: column.title })}
          autoFocus="first"
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[summary ?? NONE]}
          onClose={() => opened.onOpenChange(false)}
          onAction={(chosen) => onSummary(chosen === NONE ? null : String(chosen))}
          className="outline-none"
        >
          <MenuSection>
            <Header className="px-2 py-1 text-caption text-fg-3">{t("content.summary.note")}</Header>
            {[NONE, ...summaries].map((one) => (
              <MenuItem key={one} id={one} className={OPTION} textValue={t(`content.summary.${one}`)}>
                {({ isSelected }) => (
                  <>
                    <span className="flex-1">{t(`content.summary.${one}`)}</span>
                    {isSelected && <span aria-hidden>✓</span>}
                  </>
                )}
              </MenuItem>
            ))}
          </MenuSection>
        </Menu>
      </MenuPopover>
    );
  }
  return (
    <MenuPopover {...opened} label={label} className={cx(OVERLAY, "min-w-48 p-1")}>
      <Menu
        id={opened.id}
        aria-label={label}
        autoFocus={opened.focus}
        onClose={() => opened.onOpenChange(false)}
        onAction={(action) => action !== "summary" && onAction(action as HeadAction)}
        className="outline-none"
      >
        {column.sortable && (
          <>
            <Entry id="ascending" text={t("grid.sort_ascending")} />
            <Entry id="descending" text={t("grid.sort_descending")} />
            {sortedBy.length > 0 && !sortOf(sortedBy, column.id) && <Entry id="more" text={t("grid.sort_more")} />}
            <Separator className="my-1 h-px bg-line" />
          </>
        )}
        <Entry id="before" text={t("grid.move_before")} disabled={first} />
        <Entry id="after" text={t("grid.move_after")} disabled={last} />
        <Entry id="wider" text={t("grid.wider")} />
        <Entry id="narrower" text={t("grid.narrower")} />
        <Entry id="pin" text={t(column.pinned ? "grid.unpin" : "grid.pin")} />
        {summaries.length > 0 && (
          <MenuItem id="summary" shouldCloseOnSelect={false} onAction={() => setPage("summary")} className={OPTION}>
            <span className="flex-1">{t("content.summary")}</span>
            <span aria-hidden className="text-fg-3 rtl:-scale-x-100">
              ›
            </span>
          </MenuItem>
        )}
        <Separator className="my-1 h-px bg-line" />
        <Entry id="hide" text={t("grid.hide")} disabled={only} />
      </Menu>
    </MenuPopover>
  );
}

function Entry({ id, text, disabled }: { id: string; text: string; disabled?: boolean }) {
  return (
    <MenuItem id={id} isDisabled={disabled} className={OPTION}>
      {text}
    </MenuItem>
  );
}
