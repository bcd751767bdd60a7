/** What a column's menu says; loaded when it opens. */
import { Menu, MenuItem, Separator } from "react-aria-components";
import { t } from "~/i18n/i18n";
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
}

export default function HeadMenu({ column, sortedBy, first, last, only, onAction, ...opened }: HeadMenuProps) {
  const label = t("grid.column_menu", { name: column.title });
  return (
    <MenuPopover {...opened} label={label} className={cx(OVERLAY, "min-w-48 p-1")}>
      <Menu
        id={opened.id}
        aria-label={label}
        autoFocus={opened.focus}
        onClose={() => opened.onOpenChange(false)}
        onAction={(action) => onAction(action as HeadAction)}
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
