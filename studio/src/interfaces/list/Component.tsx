/** Rows of fields of their own, stored as JSON. Rows open below their title, and are put in order by mouse or keys. */
import { ChevronRight, CopyPlus, GripVertical, Plus, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import { Button as AriaButton, GridList, GridListItem, useDragAndDrop } from "react-aria-components";
import type { Field, Item } from "~/api/types";
import type { InterfaceProps } from "~/extensions/contract";
import { Form } from "~/form/Form";
import { t } from "~/i18n/words/item";
import { Button, IconButton } from "~/kit/Button";
import { cx } from "~/kit/style";
import { moved, rowTitle, subFields } from "./rows";

interface Options {
  fields?: unknown;
  template?: string | null;
  addLabel?: string | null;
}

export default function RepeaterInterface(props: InterfaceProps<Item[], Options>) {
  const { value, options, onChange, labelId, disabled, readonly, context } = props;
  const fields = subFields(options.fields);
  const rows = Array.isArray(value) ? value : [];
  const fixed = disabled || readonly;
  const [open, setOpen] = useState<string | null>(null);
  const ids = useIds(rows.length);

  const set = (next: Item[]) => onChange(next.length > 0 ? next : null);
  const add = (row: Item = {}, at = rows.length) => {
    ids.insert(at);
    set([...rows.slice(0, at), row, ...rows.slice(at)]);
    setOpen(ids.list[at] ?? null);
  };
  const remove = (at: number) => {
    ids.remove(at);
    set(rows.filter((_, index) => index !== at));
  };
  const move = (from: number, to: number) => {
    ids.move(from, to);
    set(moved(rows, from, to));
  };
  const { dragAndDropHooks } = useDragAndDrop({
    isDisabled: fixed,
    getItems: (keys) => [...keys].map((key) => ({ "text/plain": String(key) })),
    onReorder: ({ keys, target }) => {
      const from = ids.list.indexOf(String([...keys][0]));
      const to = ids.list.indexOf(String(target.key));
      if (from < 0 || to < 0) return;
      const place = target.dropPosition === "after" ? to + 1 : to;
      move(from, place > from ? place - 1 : place);
    },
  });
  return (
    <div className="flex flex-col items-start gap-2">
      {rows.length > 0 && (
        <GridList
          aria-labelledby={labelId}
          items={rows.map((row, index) => ({ id: ids.list[index] as string, row, index }))}
          dependencies={[open, fields, fixed]}
          dragAndDropHooks={dragAndDropHooks}
          keyboardNavigationBehavior="tab"
          className="flex w-full flex-col gap-1.5"
        >
          {({ id, row, index }) => {
            const title = rowTitle(options.template, row, fields) || t("interfaces.list.row", { number: index + 1 });
            const isOpen = open === id;
            return (
              <GridListItem
                id={id}
                textValue={title}
                className="rounded-control border border-line bg-surface outline-offset-[-2px] data-[dragging]:opacity-50 data-[drop-target]:border-accent"
              >
                {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the row */}
                <div
                  className="flex min-h-9 items-center gap-1 px-1"
                  onKeyDown={(event) => {
                    if (!event.altKey || fixed) return;
                    const to = event.key === "ArrowUp" ? index - 1 : event.key === "ArrowDown" ? index + 1 : -1;
                    if (to < 0 || to >= rows.length) return;
                    event.preventDefault();
                    event.stopPropagation();
                    move(index, to);
                  }}
                >
                  {!fixed && (
                    <AriaButton
                      slot="drag"
                      aria-label={t("interfaces.list.drag", { name: title })}
                      className="touch flex size-7 shrink-0 cursor-grab items-center justify-center rounded-control text-fg-3 data-[hovered]:text-fg"
                    >
                      <GripVertical size={16} />
                    </AriaButton>
                  )}
                  <AriaButton
                    aria-expanded={isOpen}
                    onPress={() => setOpen(isOpen ? null : id)}
                    className="flex min-h-8 pointer-coarse:min-h-11 min-w-0 flex-1 items-center gap-1.5 rounded-control px-1 text-start"
                  >
                    <ChevronRight
                      size={14}
                      aria-hidden
                      className={cx("shrink-0 text-fg-3 transition-transform rtl:-scale-x-100", isOpen && "rotate-90")}
                    />
                    <span className="truncate">{title}</span>
                  </AriaButton>
                  {!fixed && (
                    <>
                      <IconButton
                        label={t("interfaces.list.duplicate", { name: title })}
                        onPress={() => add({ ...row }, index + 1)}
                      >
                        <CopyPlus size={16} />
                      </IconButton>
                      <IconButton label={t("interfaces.list.remove", { name: title })} onPress={() => remove(index)}>
                        <Trash2 size={16} />
                      </IconButton>
                    </>
                  )}
                </div>
                {isOpen && (
                  // biome-ignore lint/a11y/noStaticElementInteractions: the row must not take the fields' keys
                  <div
                    className="border-t border-line p-3"
                    onKeyDown={(event) => event.key !== "Escape" && event.stopPropagation()}
                    onPointerDown={(event) => event.stopPropagation()}
                  >
                    <Form
                      fields={fields}
                      values={row}
                      // what has changed is marked at the list
                      initial={row}
                      context={{ collection: context.collection, itemId: context.itemId }}
                      disabled={fixed}
                      onChange={(name, next) =>
                        set(rows.map((one, at) => (at === index ? { ...one, [name]: next } : one)))
                      }
                    />
                  </div>
                )}
              </GridListItem>
            );
          }}
        </GridList>
      )}
      {rows.length === 0 && fixed && <span className="text-fg-3">{t("interfaces.empty")}</span>}
      {!fixed && (
        <Button icon={<Plus size={16} />} onPress={() => add(firstRow(fields))}>
          {options.addLabel || t("interfaces.list.add")}
        </Button>
      )}
    </div>
  );
}

const firstRow = (fields: readonly Field[]): Item =>
  Object.fromEntries(
    fields
      .filter((field) => field.schema?.default_value !== undefined && field.schema?.default_value !== null)
      .map((field) => [field.field, field.schema?.default_value]),
  );

/** Names of rows that have none, kept while rows come, go and move. */
function useIds(count: number) {
  const ids = useRef<{ list: string[]; next: number }>({ list: [], next: 0 }).current;
  while (ids.list.length < count) ids.list.push(`row-${ids.next++}`);
  ids.list.length = count;
  return {
    list: ids.list,
    insert: (at: number) => ids.list.splice(at, 0, `row-${ids.next++}`),
    remove: (at: number) => ids.list.splice(at, 1),
    move: (from: number, to: number) => {
      ids.list = moved(ids.list, from, to);
    },
  };
}
