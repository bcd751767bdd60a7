/**
 * The rows of a to-many field: opened in drawers, let go and brought back, added from others or new, and put in order by
 * mouse and by keys, however many there are.
 */
import { ChevronDown, GripVertical, Link as LinkIcon, Plus, RotateCcw, X } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import {
  Button as AriaButton,
  GridList,
  GridListItem,
  ListLayout,
  useDragAndDrop,
  Virtualizer,
} from "react-aria-components";
import { singularName } from "~/api/names";
import { queryClient, useCollections, useMay } from "~/api/queries";
import type { Filter, Key } from "~/api/types";
import type { Graph } from "~/form/context";
import { isNewNode, type NodeId } from "~/form/journal";
import { t } from "~/i18n/words/item";
import { Button, IconButton } from "~/kit/Button";
import { Badge } from "~/kit/bits";
import { Menu } from "~/kit/Menu";
import { Failed, Loading, Skeleton } from "~/kit/states";
import { cx } from "~/kit/style";
import { ItemPicker } from "./ItemPicker";
import { shapeQuery, useShape } from "./items";
import { DEEPEST, LinkedDrawer } from "./LinkedDrawer";
import { useLinkedText } from "./LinkedText";
import { itemPage } from "./paths";
import { places, type Row, reordered } from "./rows";
import type { Many } from "./schema";
import { useRows } from "./useRows";

export interface ManyListProps {
  graph: Graph;
  field: string;
  link: Many;
  labelId: string;
  template?: string | null;
  filter?: Filter | null;
  fixed: boolean;
  canCreate?: boolean;
  canSelect?: boolean;
  /** More buttons, as to upload. */
  actions?: React.ReactNode;
  /** What stands before a row's text, as a picture. */
  before?: (row: Row) => React.ReactNode;
}

const ROW = 40;
/** From this many rows on only those in sight are drawn. */
const MANY = 12;

export function ManyList(props: ManyListProps) {
  const { graph, field, link, labelId, template, filter, fixed, canCreate = true, canSelect = true } = props;
  const { journal, node } = graph;
  const rowShape = useShape(link.rows);
  const primaryKey = rowShape?.primaryKey;
  const relatedShape = useShape(link.kind === "m2a" ? null : link.related);
  const { rows, isPending, error, retry } = useRows(graph, field, link, primaryKey);
  const [picking, setPicking] = useState<string | null>(null);
  const [open, setOpen] = useState<{ row: NodeId; target: NodeId; fresh: boolean } | null>(null);
  const collections = useCollections();
  const nameOf = (collection: string) => {
    const found = collections.find((one) => one.collection === collection);
    return found ? singularName(found) : collection;
  };
  const targets = link.kind === "m2a" ? link.allowed : [link.related];
  const sortable = link.sortField !== null && !fixed;

  const nodeOf = useCallback(
    (row: Row): NodeId => row.node ?? journal.openRow(node, field, link.rows, row.key as Key, primaryKey ?? "id"),
    [journal, node, field, link.rows, primaryKey],
  );

  const openRow = async (row: Row) => {
    if (row.target === null) return;
    const rowNode = nodeOf(row);
    if (link.forward === null) return setOpen({ row: rowNode, target: rowNode, fresh: false });
    if (isNewNode(row.target)) return setOpen({ row: rowNode, target: row.target, fresh: false });
    const targetKey = link.kind === "m2a" ? await keyNameOf(row.collection) : (relatedShape?.primaryKey ?? "id");
    journal.learn(rowNode, { [link.forward]: row.target });
    const target = journal.openOne(rowNode, link.forward, row.collection, row.target, targetKey);
    setOpen({ row: rowNode, target, fresh: false });
  };
  const nextPlace = (): number => Math.max(0, ...rows.map((row) => row.sort ?? 0)) + 1;
  const add = (collection: string, keys: readonly Key[]) => {
    if (link.forward === null) {
      journal.link(node, field, keys, primaryKey ?? "id");
      return;
    }
    let place = nextPlace();
    for (const key of keys) {
      journal.create(node, field, link.rows, primaryKey ?? "id", {
        [link.forward]: key,
        ...(link.kind === "m2a" ? { [link.collectionField]: collection } : {}),
        ...(link.sortField ? { [link.sortField]: place++ } : {}),
      });
    }
  };
  const create = async (collection: string, text = "") => {
    const place = link.sortField ? { [link.sortField]: nextPlace() } : {};
    const first = text ? await firstValues(collection, text) : {};
    if (link.forward === null) {
      const row = journal.create(node, field, link.rows, primaryKey ?? "id", { ...place, ...first });
      setOpen({ row, target: row, fresh: true });
      return;
    }
    const row = journal.create(node, field, link.rows, primaryKey ?? "id", {
      ...place,
      ...(link.kind === "m2a" ? { [link.collectionField]: collection } : {}),
    });
    const target = journal.createOne(row, link.forward, collection, await keyNameOf(collection), first);
    setOpen({ row, target, fresh: true });
  };
  const list = useRef<HTMLDivElement>(null);
  const remove = (row: Row) => {
    if (row.isNew) {
      // the focus goes to the next row, not to nowhere
      const at = rows.indexOf(row);
      const next = rows[at + 1] ?? rows[at - 1];
      journal.unlink(node, field, row.key ?? (row.node as NodeId));
      requestAnimationFrame(() => {
        const row = next && list.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(next.id)}"] button`);
        (row || list.current?.querySelector<HTMLElement>("button"))?.focus();
      });
    } else journal.unlink(node, field, row.key as Key);
  };
  const reorder = (order: readonly string[]) => {
    if (!link.sortField) return;
    const byId = new Map(rows.map((row) => [row.id, row]));
    const changes = new Map<NodeId, number>();
    for (const [id, place] of places(rows, order)) {
      const row = byId.get(id);
      if (!row) continue;
      const rowNode = nodeOf(row);
      if (!row.isNew)
        journal.learn(
          rowNode,
          journal.node(rowNode).base[link.sortField] === undefined ? { [link.sortField]: row.sort } : {},
        );
      changes.set(rowNode, place);
    }
    journal.place(node, field, link.sortField, changes);
  };
  const ids = rows.map((row) => row.id);
  const { dragAndDropHooks } = useDragAndDrop({
    isDisabled: !sortable,
    getItems: (keys) => [...keys].map((key) => ({ "text/plain": String(key) })),
    onReorder: ({ keys, target }) => {
      if (target.dropPosition === "on") return;
      reorder(reordered(ids, new Set([...keys].map(String)), String(target.key), target.dropPosition));
    },
  });
  /** Alt and an arrow move the row that has the focus, or has what has it. */
  const onKeys = (event: React.KeyboardEvent<HTMLElement>) => {
    if (!event.altKey || !sortable || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    const id = (event.target as HTMLElement).closest<HTMLElement>("[data-row]")?.dataset.row;
    if (id === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const up = event.key === "ArrowUp";
    const other = ids[ids.indexOf(id) + (up ? -1 : 1)];
    if (other !== undefined) reorder(reordered(ids, new Set([id]), other, up ? "before" : "after"));
  };
  /** What the rows that were in sight are called, for what is said while one is dragged. */
  const [texts, setTexts] = useState<ReadonlyMap<string, string>>(new Map());
  const mayCreate = useMay(targets[0] ?? "", "create").access !== "none";
  const items = useMemo(() => rows.map((row) => ({ id: row.id, row })), [rows]);
  const hide = useMemo(
    () => new Set([link.back, ...(link.forward === null ? [link.sortField ?? ""] : [])]),
    [link.back, link.forward, link.sortField],
  );
  const rowHide = useMemo(
    () =>
      new Set([link.back, link.forward ?? "", link.sortField ?? "", link.kind === "m2a" ? link.collectionField : ""]),
    [link],
  );

  if (error) return <Failed error={error} onRetry={retry} />;
  if (isPending || primaryKey === undefined) return <Loading />;
  const long = rows.length > MANY;
  const grid = (
    <GridList
      aria-labelledby={labelId}
      items={items}
      dependencies={[fixed, template, link, texts]}
      dragAndDropHooks={sortable ? dragAndDropHooks : undefined}
      keyboardNavigationBehavior="tab"
      className={cx(
        "w-full rounded-control border border-line bg-surface outline-none",
        long && "h-[480px] overflow-auto",
      )}
    >
      {({ row }) => (
        <GridListItem
          id={row.id}
          textValue={texts.get(row.id) ?? row.id}
          data-row={row.id}
          className="border-b border-line outline-offset-[-2px] last:border-b-0 data-[dragging]:opacity-50"
        >
          <LinkedRow
            {...props}
            row={row}
            sortable={sortable}
            name={nameOf(row.collection)}
            onText={(text) => setTexts((now) => new Map(now).set(row.id, text))}
            onOpen={() => void openRow(row)}
            onRemove={() => remove(row)}
            onRestore={() => journal.restore(node, field, row.key as Key)}
          />
        </GridListItem>
      )}
    </GridList>
  );
  return (
    <div ref={list} className="flex flex-col items-start gap-2" onKeyDownCapture={onKeys}>
      {rows.length > 0 ? (
        long ? (
          <Virtualizer layout={ListLayout} layoutOptions={{ rowHeight: ROW }}>
            {grid}
          </Virtualizer>
        ) : (
          grid
        )
      ) : (
        <p className="text-dense text-fg-3">{t("relations.empty")}</p>
      )}
      <div className="flex w-full flex-wrap items-center gap-2">
        {!fixed &&
          canCreate &&
          mayCreate &&
          (targets.length === 1 ? (
            <Button icon={<Plus size={16} />} onPress={() => void create(targets[0] as string)}>
              {t("relations.create", { name: nameOf(targets[0] as string) })}
            </Button>
          ) : (
            <Menu
              label={t("relations.create_any")}
              commands={[
                targets.map((collection) => ({
                  id: collection,
                  text: nameOf(collection),
                  onAction: () => void create(collection),
                })),
              ]}
            >
              <Button icon={<Plus size={16} />}>
                {t("relations.create_any")}
                <ChevronDown size={14} aria-hidden />
              </Button>
            </Menu>
          ))}
        {!fixed &&
          canSelect &&
          (targets.length === 1 ? (
            <Button icon={<LinkIcon size={16} />} onPress={() => setPicking(targets[0] as string)}>
              {t("relations.add")}
            </Button>
          ) : (
            <Menu
              label={t("relations.add")}
              commands={[
                targets.map((collection) => ({
                  id: collection,
                  text: nameOf(collection),
                  onAction: () => setPicking(collection),
                })),
              ]}
            >
              <Button icon={<LinkIcon size={16} />}>
                {t("relations.add")}
                <ChevronDown size={14} aria-hidden />
              </Button>
            </Menu>
          ))}
        {!fixed && props.actions}
        {rows.length > 3 && (
          <span className="ms-auto text-caption text-fg-3 tabular-nums">
            {t("relations.count", { count: rows.filter((row) => !row.removed).length })}
          </span>
        )}
      </div>
      {picking !== null && (
        <ItemPicker
          collection={picking}
          multiple
          filter={filter ?? null}
          selected={rows
            .filter((row) => row.collection === picking && !row.removed && !isNewNode(row.target))
            .map((row) => row.target as Key)}
          onPick={(keys) => add(picking, keys)}
          onCreate={canCreate ? (text) => void create(picking, text) : undefined}
          onClose={() => setPicking(null)}
        />
      )}
      {open && (
        <LinkedDrawer
          journal={journal}
          node={open.target}
          row={link.forward === null ? null : { node: open.row, hide: rowHide }}
          hide={hide}
          depth={graph.depth + 1}
          readonly={fixed}
          onClose={() => setOpen(null)}
          onCancel={open.fresh ? () => journal.unlink(node, field, open.row) : undefined}
        />
      )}
    </div>
  );
}

interface LinkedRowProps extends ManyListProps {
  row: Row;
  name: string;
  sortable: boolean;
  onText: (text: string) => void;
  onOpen: () => void;
  onRemove: () => void;
  onRestore: () => void;
}

function LinkedRow({
  graph,
  link,
  template,
  fixed,
  before,
  row,
  name,
  sortable,
  onText,
  onOpen,
  onRemove,
  onRestore,
}: LinkedRowProps) {
  const { journal, depth } = graph;
  const changed = !row.isNew && row.node !== null && journal.has(row.node) && journal.hasChanges(row.node);
  const text = useLinkedText(journal, row.collection, row.target, template);
  // biome-ignore lint/correctness/useExhaustiveDependencies: told anew for a new text only
  useEffect(() => {
    if (text !== undefined) onText(text);
  }, [text]);
  const label = text === undefined ? <Skeleton className="h-4 w-32" /> : <span className="truncate">{text}</span>;
  const deep = depth >= DEEPEST;
  return (
    <div className="flex min-h-10 items-center gap-1 px-1">
      {sortable && (
        <AriaButton
          slot="drag"
          className="touch flex size-7 shrink-0 cursor-grab items-center justify-center rounded-control text-fg-3 data-[hovered]:text-fg"
        >
          <GripVertical size={16} />
        </AriaButton>
      )}
      {before?.(row)}
      {deep && row.target !== null && !isNewNode(row.target) ? (
        <a
          href={`.${itemPage(row.collection, row.target)}`}
          target="_blank"
          rel="noreferrer"
          className="flex min-w-0 flex-1 px-1.5"
        >
          {label}
        </a>
      ) : (
        <AriaButton
          onPress={onOpen}
          isDisabled={row.removed}
          className={cx(
            "flex min-h-8 pointer-coarse:min-h-11 min-w-0 flex-1 items-center gap-2 rounded-control px-1.5 text-start data-[hovered]:bg-hover",
            row.removed && "text-fg-3 line-through",
          )}
        >
          {label}
          {link.kind === "m2a" && <Badge>{name}</Badge>}
        </AriaButton>
      )}
      {row.isNew && <Badge tone="success">{t("relations.mark.new")}</Badge>}
      {changed && <Badge tone="accent">{t("relations.mark.changed")}</Badge>}
      {row.removed && (
        <Badge tone="danger">
          {t(link.deselect === "delete" && link.kind === "o2m" ? "relations.mark.deleted" : "relations.mark.removed")}
        </Badge>
      )}
      {!fixed &&
        (row.removed ? (
          <IconButton label={t("relations.restore")} onPress={onRestore}>
            <RotateCcw size={16} />
          </IconButton>
        ) : (
          <IconButton label={t("relations.remove")} onPress={onRemove}>
            <X size={16} />
          </IconButton>
        ))}
    </div>
  );
}

async function keyNameOf(collection: string): Promise<string> {
  return (await queryClient.ensureQueryData(shapeQuery(collection))).primaryKey;
}

/** A text that was searched for, as the first value of a new item: in the field that it is shown by. */
export async function firstValues(collection: string, text: string): Promise<Record<string, unknown>> {
  const { fields } = await queryClient.ensureQueryData(shapeQuery(collection));
  const field = fields.find((one) => !one.includes(".") && !one.startsWith("$"));
  return field ? { [field]: text } : {};
}
