/** Rows as a phone shows them: a title, and up to three values below it. A long press begins to select. */
import { ChevronRight, EllipsisVertical } from "lucide-react";
import { type PointerEvent, useRef, useSyncExternalStore } from "react";
import type { Item } from "~/api/types";
import { isSelected, sizeOf, toggled } from "~/grid/selection";
import { GROUNDS, INKS, type Mark, SIGNS } from "~/grid/tint";
import { useViewport } from "~/grid/useViewport";
import { formatNumber } from "~/i18n/format";
import { t } from "~/i18n/i18n";
import { cx } from "~/kit/style";
import type { Table } from "./context";

const HEIGHT = 92;
const LONG_PRESS = 450;
/** How far a finger may go while it presses. */
const STILL = 8;

export function PhoneRows(props: Table) {
  const { rows: source, label, lines, hrefOf, onOpen, onRowMenu, onSelection, selection, rowName, tint } = props;
  const scroller = useRef<HTMLDivElement>(null);
  useSyncExternalStore(source.subscribe, () => source.version);
  const count = source.count() ?? 0;
  const view = useViewport(scroller, count, HEIGHT, 0);
  const rows = source.rows(view.from, view.to);
  const selecting = sizeOf(selection, count) > 0;
  const press = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number } | null>(null);
  const pressedLong = useRef(false);
  const select = (item: Item) => onSelection(toggled(selection, source.loader.keyOf(item)));
  const letGo = () => {
    clearTimeout(press.current?.timer);
    press.current = null;
  };
  const begin = (event: PointerEvent, item: Item) => {
    letGo();
    pressedLong.current = false;
    if (event.pointerType === "mouse" || !props.selectable) return;
    const timer = setTimeout(() => {
      pressedLong.current = true;
      select(item);
    }, LONG_PRESS);
    press.current = { timer, x: event.clientX, y: event.clientY };
  };
  const follow = (event: PointerEvent) => {
    const from = press.current;
    if (from && Math.hypot(event.clientX - from.x, event.clientY - from.y) > STILL) letGo();
  };
  return (
    <div
      ref={scroller}
      // rows that can't be opened take no focus: keys scroll what holds them
      tabIndex={props.selectable ? undefined : 0}
      className="min-h-0 flex-1 overflow-y-auto overscroll-contain outline-offset-[-2px]"
    >
      <ul
        aria-label={label}
        className={cx("relative overflow-clip", selecting && "mb-32")}
        style={{ height: view.bodyHeight }}
      >
        {rows.map((item, place) => {
          const index = view.from + place;
          const head = source.headAt(index);
          if (head)
            return (
              <li
                key={index}
                aria-setsize={count}
                aria-posinset={index + 1}
                className="absolute inset-x-0 border-b border-line bg-sunken"
                style={{ top: view.top + place * HEIGHT, height: HEIGHT }}
              >
                <button
                  type="button"
                  aria-expanded={head.isOpen}
                  onClick={() => props.onGroup?.(head.group.id, !head.isOpen)}
                  className="flex size-full items-center gap-3 px-4 text-start outline-offset-[-2px]"
                >
                  <ChevronRight
                    size={18}
                    aria-hidden
                    className={cx("shrink-0 text-fg-2", head.isOpen ? "rotate-90" : "rtl:-scale-x-100")}
                  />
                  <span className="flex min-w-0 flex-1 flex-col">
                    <span className="flex min-w-0 items-center font-semibold">{props.groupTitle?.(head.group)}</span>
                    <span className="text-dense text-fg-2 tabular-nums">
                      {t("content.rows", { count: head.group.count, text: formatNumber(head.group.count) })}
                    </span>
                  </span>
                </button>
              </li>
            );
          const shown = item && lines(item);
          const mark = item && tint?.(item);
          const selected = !!item && isSelected(selection, source.loader.keyOf(item));
          return (
            <li
              key={index}
              aria-setsize={count}
              aria-posinset={index + 1}
              className={cx(
                "absolute inset-x-0 flex border-b border-line",
                selected ? "bg-selected" : mark?.row ? GROUNDS[mark.row.tone] : "bg-surface",
              )}
              style={{ top: view.top + place * HEIGHT, height: HEIGHT }}
            >
              {item && shown ? (
                <>
                  {selecting && (
                    <label className="flex w-12 shrink-0 items-center justify-center">
                      <input
                        type="checkbox"
                        checked={selected}
                        onChange={() => {
                          // it came up under the finger that pressed long
                          if (pressedLong.current) pressedLong.current = false;
                          else select(item);
                        }}
                        aria-label={t("grid.select_row", { name: rowName(item) })}
                        className="check size-5"
                      />
                    </label>
                  )}
                  <a
                    href={hrefOf(item)}
                    onPointerDown={(event) => begin(event, item)}
                    onPointerMove={follow}
                    onPointerUp={letGo}
                    onPointerCancel={letGo}
                    onContextMenu={(event) => event.preventDefault()}
                    onClick={(event) => {
                      event.preventDefault();
                      // the end of a long press is a click too
                      if (pressedLong.current) pressedLong.current = false;
                      else if (selecting) select(item);
                      else onOpen(item);
                    }}
                    className={cx(
                      "flex min-w-0 flex-1 select-none flex-col justify-center gap-1 outline-offset-[-2px]",
                      !selecting && "ps-4",
                    )}
                  >
                    <span className="truncate font-medium">
                      {mark?.row && <Sign {...mark.row} />}
                      {shown.title}
                    </span>
                    <span className="flex min-w-0 flex-col gap-0.5 text-dense text-fg-2">
                      <span className="flex min-w-0 items-center gap-4">
                        {shown.values.slice(0, 2).map((value) => (
                          <Value key={value.id} {...value} mark={mark?.cells?.[value.id]} />
                        ))}
                      </span>
                      {shown.values.slice(2, 3).map((value) => (
                        <Value key={value.id} {...value} mark={mark?.cells?.[value.id]} />
                      ))}
                    </span>
                  </a>
                  {onRowMenu && !selecting && (
                    <button
                      type="button"
                      aria-label={t("grid.row_menu", { name: rowName(item) })}
                      onClick={(event) => {
                        const box = event.currentTarget.getBoundingClientRect();
                        onRowMenu(item, { x: box.left, y: box.bottom - 16 });
                      }}
                      className="flex w-12 shrink-0 items-center justify-center text-fg-2 outline-offset-[-2px]"
                    >
                      <EllipsisVertical size={18} aria-hidden />
                    </button>
                  )}
                </>
              ) : (
                <div aria-hidden className="flex h-full flex-1 flex-col justify-center gap-2 px-4">
                  <span className="h-4 w-2/3 rounded bg-line" />
                  <span className="h-3 w-1/3 rounded bg-line" />
                </div>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Value({ name, value, mark }: { name: string; value: React.ReactNode; mark: Mark | undefined }) {
  return (
    <span className="flex min-w-0 items-center gap-1.5 not-last:shrink-0 not-last:max-w-[60%]">
      <span className="shrink-0 text-caption">{name}</span>
      {mark && <Sign {...mark} />}
      <span className={cx("text-fg", typeof value === "string" ? "truncate" : "flex min-w-0 items-center")}>
        {value}
      </span>
    </span>
  );
}

function Sign({ tone, name }: Mark) {
  return (
    <span role="img" aria-label={name} className={cx("me-1 shrink-0 text-caption", INKS[tone])}>
      {SIGNS[tone]}
    </span>
  );
}
