/** One collection's list: what is asked for, and all that can be done with it. */
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { hasKey, keyField } from "~/api/keys";
import { rememberList, rememberPlace } from "~/api/lastList";
import { collectionName } from "~/api/names";
import { allowed, useMay, useMe, usePermissions, useRelations } from "~/api/queries";
import type { Collection, Field, Item, Key } from "~/api/types";
import { loadRelated } from "~/displays/related";
import { displayText, templateOf } from "~/displays/template";
import { layouts } from "~/extensions/kinds";
import { bothFilters } from "~/filter/tree";
import { parseCell } from "~/grid/clipboard";
import { CellEdits } from "~/grid/edits";
import type { ColumnsChange, EditorProps, GridControl, RowMenuAt } from "~/grid/Grid";
import { historyOf } from "~/grid/history";
import { NOTHING, type RowSelection, sizeOf, toggled, withRows } from "~/grid/selection";
import { formatNumber } from "~/i18n/format";
import { t } from "~/i18n/i18n";
import { useWaiting } from "~/kit/later";
import { Failed, Skeleton } from "~/kit/states";
import { toast, toastError } from "~/kit/Toast";
import { type Table, TableContext } from "~/layouts/tabular/context";
import { useShortcut } from "~/shell/keys";
import { usePhone } from "~/shell/screen";
import { CellEditor, TextCell } from "./CellEditor";
import { ColumnChooser } from "./ColumnChooser";
import { useCells } from "./cells";
import { useColours } from "./colours";
import { type ColumnOptions, type ListColumn, useColumns } from "./columns";
import { useFreshCounts } from "./counts";
import { Footer } from "./Footer";
import { groupingOf, groupQuery, MOST_GROUPS } from "./grouping";
import { ListHead } from "./ListHead";
import { type Archived, archiveFilter, archiveOf, type ListQuery, listFields, sortPath } from "./query";
import type { ListSearch } from "./routes";
import { plainValue, saverOf } from "./saver";
import { summariesAsked } from "./summaries";
import { undoing } from "./undoing";
import { useGroups } from "./useGroups";
import { useList } from "./useList";
import { useOthers } from "./useOthers";
import { useRows } from "./useRows";
import { useSame } from "./useSame";

const Peek = lazy(() => import("./Peek").then((file) => ({ default: file.Peek })));
const RowMenu = lazy(() => import("./tools/RowMenu"));
const SummaryRow = lazy(() => import("./tools/SummaryRow"));
const PhoneSummary = lazy(() => import("./tools/PhoneSummary"));
const NoRows = lazy(() => import("./tools/NoRows"));
const BulkBar = lazy(() => import("./BulkBar").then((file) => ({ default: file.BulkBar })));

export interface ItemListProps {
  collection: Collection;
  fields: readonly Field[];
  search: ListSearch;
}

export function ItemList({ collection, fields, search }: ItemListProps) {
  const name = collection.collection;
  const navigate = useNavigate();
  const relations = useRelations();
  const me = useMe();
  const permissions = usePermissions();
  const phone = usePhone();
  const list = useList(collection, fields, search);
  const { view, set, go } = list;
  const key = keyField(fields);
  const keyed = hasKey(fields);
  const mayCreate = useMay(name, "create").access !== "none";
  const mayUpdate = useMay(name, "update").access !== "none" && keyed;
  const archiving = archiveOf(collection, fields);
  const archivedAtFirst: Archived = archiving?.hidden ? "active" : "all";
  const archived: Archived = archiving ? (search.archived ?? archivedAtFirst) : "all";
  const onArchived = useCallback(
    (next: Archived) => go({ archived: next === archivedAtFirst ? undefined : next }),
    [go, archivedAtFirst],
  );
  const [rowMenu, setRowMenu] = useState<{ item: Item; at: RowMenuAt } | null>(null);
  const [selection, setSelection] = useState<RowSelection>(NOTHING);
  const control = useRef<GridControl | null>(null);

  const [related, setRelated] = useState(0);
  useEffect(() => {
    let there = true;
    void loadRelated(fields).then((news) => there && news && setRelated((count) => count + 1));
    return () => {
      there = false;
    };
  }, [fields]);

  const options = useSame(view.options) as ColumnOptions & Record<string, unknown>;
  const columns = useColumns(name, fields, view.columns, options);
  const colours = useColours(view.layout === "tabular" ? options.colours : undefined);
  const template = templateOf(collection, fields);
  const picture = fields.find((field) => field.meta?.special?.includes("file"))?.field ?? null;
  const layoutOptions = useSame<Record<string, unknown>>({
    // cards begin with the first picture that items have
    ...(view.layout === "cards" && { imageSource: picture }),
    ...view.options,
  });

  const grouping = useMemo(
    () => (view.layout === "tabular" ? groupingOf(view.group, fields, relations) : undefined),
    [view.layout, view.group, fields, relations],
  );
  const others = grouping?.link?.related;
  const mayTitle = !others || allowed(permissions, me.admin_access, others, "read").access !== "none";

  const wanted = useMemo<ListQuery>(() => {
    void related;
    const group = grouping ? groupQuery(grouping, mayTitle, summariesAsked(columns)) : null;
    const shown =
      view.layout === "tabular"
        ? columns.map((one) => ({ path: one.id, field: one.field }))
        : layoutPaths(layoutOptions, fields);
    const by = archiveOf(collection, fields);
    for (const path of colours.paths) shown.push({ path, field: fields.find((one) => one.field === path) });
    if (by) shown.push({ path: by.field, field: fields.find((one) => one.field === by.field) });
    return {
      ...listFields(shown, relations, collection, fields, key),
      filter: bothFilters(view.filter, archiveFilter(by, archived)),
      search: view.search,
      sort: [
        ...(group?.sort ?? []),
        ...view.sort.map((one) => {
          const column = one.replace(/^-/, "");
          const path = sortPath(column, columns.find((known) => known.id === column)?.link);
          return one.startsWith("-") ? `-${path}` : path;
        }),
      ],
      group,
    };
  }, [
    view,
    grouping,
    mayTitle,
    layoutOptions,
    columns,
    colours.paths,
    relations,
    collection,
    fields,
    key,
    archived,
    related,
  ]);
  const query = useSame(wanted);

  const { source, waiting } = useRows(name, key, query);
  useSyncExternalStore(source.subscribe, () => source.version);
  useWaiting(!source.hasRows && !source.failure);
  useFreshCounts(source);
  const groups = useGroups(name, grouping, source, JSON.stringify([name, query.group?.parts]));
  const { rows } = groups;
  const news = useOthers(name, key, source);
  const history = historyOf(`${me.id}/${name}`);
  const edits = useMemo(() => {
    const text = (field: string, value: unknown) => {
      const known = fields.find((one) => one.field === field);
      const plain = plainValue(value);
      return known && plain !== null ? String(typeof plain === "object" ? JSON.stringify(plain) : plain) : "";
    };
    return new CellEdits(source, saverOf(name, key, query, text), history);
  }, [source, name, key, query, history, fields]);

  const { filter, search: text, sort } = query;
  useEffect(() => rememberList(name, { filter, search: text, sort }), [name, filter, text, sort]);

  const listed = JSON.stringify([query.filter, query.search, query.sort, query.group?.parts, archived]);
  // another list has other rows: what was selected is not among them for sure
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list says when
  useEffect(() => setSelection(NOTHING), [listed]);

  const itemHref = useCallback(
    (item: Item) => `${hrefBase()}content/${encodeURIComponent(name)}/${encodeURIComponent(String(item[key]))}`,
    [name, key],
  );
  const openKey = useCallback(
    (id: Key) => {
      rememberPlace(name, id, source.indexOf(id));
      void navigate({ to: "/content/$collection/$id", params: { collection: name, id: String(id) } });
    },
    [navigate, name, source],
  );
  const open = useCallback((item: Item) => keyed && openKey(item[key] as Key), [openKey, key, keyed]);
  const peek = useCallback(
    (item: Item | null) => (keyed || !item) && go({ peek: item ? (item[key] as string) : undefined }, true),
    [go, key, keyed],
  );

  // when the look at items ends, keys go on at the one that was looked at last
  const peeked = useRef(search.peek);
  useEffect(() => {
    const key = peeked.current;
    peeked.current = search.peek;
    if (key === undefined || search.peek !== undefined) return;
    // after the drawer has given the focus back to where it was opened
    const frame = requestAnimationFrame(() => control.current?.focus(rows.indexOf(key) ?? rows.indexOf(Number(key))));
    return () => cancelAnimationFrame(frame);
  }, [search.peek, rows]);

  // --- undo

  const back = useCallback(
    async (way: "undo" | "redo") => {
      try {
        const done = await history[way]();
        if (done) {
          source.refresh();
          toast({ kind: "info", text: t(way === "undo" ? "content.undone" : "content.redone", { text: done.text }) });
        } else toast({ kind: "info", text: t(way === "undo" ? "content.undo.none" : "content.redo.none") });
      } catch (error) {
        toastError(error, t("content.undo.failed"));
      }
    },
    [history, source],
  );
  const offerUndo = useCallback(
    (count: number) => {
      const operation = history.next;
      toast({
        kind: "success",
        text: t("content.undo.cells", { count }),
        action: operation && undoing(history, operation, source),
      });
    },
    [history, source],
  );
  const cells = useCells(rows, edits, columns, mayUpdate, offerUndo);

  // --- columns

  const onColumns = (change: ColumnsChange) => {
    if (change.kind === "hide") set({ columns: view.columns.filter((one) => one !== change.id) });
    if (change.kind === "width")
      set({ options: { ...options, widths: { ...options.widths, [change.id]: change.width } } });
    if (change.kind === "summary") {
      const { [change.id]: _, ...others } = options.summary ?? {};
      set({ options: { ...options, summary: change.summary ? { ...others, [change.id]: change.summary } : others } });
    }
    if (change.kind === "pin") {
      const pinned = (options.pinned ?? []).filter((one) => one !== change.id);
      set({ options: { ...options, pinned: change.pinned ? [...pinned, change.id] : pinned } });
    }
    if (change.kind === "move") {
      const others = view.columns.filter((one) => one !== change.id);
      const at = change.before ? others.indexOf(change.before) : others.length;
      set({ columns: [...others.slice(0, at), change.id, ...others.slice(at)] });
    }
  };

  const editor = ({ column, item, typed, onDone, onCancel }: EditorProps) => {
    const { field, link, title } = column as ListColumn;
    if (!field) return null;
    const before = plainValue(item[column.id]);
    const failed = edits.of(item[key] as Key)[column.id];
    const start = typed ?? (failed?.kind === "failed" ? failed.text : null);
    const texts = !link && !["boolean", "json"].includes(field.type) && !field.meta?.options?.choices;
    if (typed !== null && !texts) return null;
    if (texts && (field.meta?.interface ?? "input") === "input" && !field.meta?.options?.masked) {
      const text = start ?? (before === null ? "" : String(before));
      return (
        <TextCell
          key={String(item[key])}
          label={title}
          text={text}
          onDone={onDone}
          onCancel={onCancel}
          onSave={(next) => {
            const id = item[key] as Key;
            edits.dismiss(id, column.id);
            const parsed = parseCell(field, next);
            if ("problem" in parsed) edits.refuse(id, column.id, next, t(`content.problem.${parsed.problem}`));
            else if (JSON.stringify(parsed.value ?? null) !== JSON.stringify(before))
              void edits.write([{ key: id, field: column.id, value: parsed.value ?? null, before }]);
          }}
        />
      );
    }
    return (
      <Suspense fallback={null}>
        <CellEditor
          key={String(item[key])}
          field={field}
          item={item}
          itemId={item[key] as Key}
          label={title}
          value={start !== null && texts ? start : before}
          onDone={onDone}
          onCancel={onCancel}
          onSave={(value) => {
            edits.dismiss(item[key] as Key, column.id);
            if (JSON.stringify(value ?? null) === JSON.stringify(before)) return;
            void edits.write([{ key: item[key] as Key, field: column.id, value: value ?? null, before }]);
          }}
        />
      </Suspense>
    );
  };

  // --- keys of the page

  const group = t("content.keys");
  useShortcut("mod+z", () => void back("undo"), { text: t("content.undo"), group });
  useShortcut("mod+shift+z", () => void back("redo"), { text: t("content.redo"), group });

  const table: Table = {
    label: collectionName(collection),
    ...groups,
    columns,
    sort: view.sort,
    selection,
    selectable: keyed,
    edits,
    editor,
    listed,
    control,
    canEdit: (column) => column.editable && keyed,
    rowName: (item) => displayText(template, item) || String(item[key] ?? ""),
    hrefOf: keyed ? itemHref : () => undefined,
    headerEnd: (
      <ColumnChooser
        collection={name}
        fields={fields}
        columns={columns}
        paths={view.columns}
        onChange={(next) => set({ columns: next })}
      />
    ),
    tint: colours.tint,
    footer: columns.some((one) => one.summary)
      ? (drawn) => (
          <Suspense fallback={<div className="h-9 bg-sunken" />}>
            <SummaryRow collection={name} query={query} source={source} edits={edits} {...drawn} />
          </Suspense>
        )
      : undefined,
    onSelection: (next) => keyed && setSelection(next),
    onSort: (sort) => set({ sort }),
    onColumns,
    onOpen: open,
    onPeek: peek,
    onRowMenu: keyed ? (item, at) => setRowMenu({ item, at }) : undefined,
    ...cells,
    onUndo: () => void back("undo"),
    onRedo: () => void back("redo"),
    lines: (item) => ({
      title: displayText(template, item) || String(item[key] ?? ""),
      values: columns
        .filter((one) => template !== `{{${one.id}}}` && item[one.id] !== null && item[one.id] !== "")
        .map((one) => ({ id: one.id, name: one.title, value: one.draw(item) }))
        .slice(0, 3),
    }),
  };

  const bulk = { collection, fields, keyName: key, source, history };
  const count = source.count();
  const layout = layouts.get(view.layout) ?? layouts.get("tabular");
  const Layout = layout?.component;
  const keys = useMemo(() => new Set(selection.all ? [] : selection.keys), [selection]);

  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <ListHead
        collection={collection}
        fields={fields}
        list={list}
        layoutOptions={layoutOptions}
        columns={columns}
        query={query}
        source={source}
        grouping={grouping}
        onGroups={groups.openAll}
        archived={archiving && archived}
        onArchived={onArchived}
        mayCreate={mayCreate}
      />
      {groups.tooMany && (
        <p
          role="status"
          className="border-b border-line bg-warning-bg px-6 py-2 text-dense text-warning-fg max-sm:px-4"
        >
          {t("content.group.too_many", { most: formatNumber(MOST_GROUPS) })}
        </p>
      )}
      {!keyed && (
        <p className="border-b border-line bg-info-bg px-6 py-2 text-dense text-info-fg max-sm:px-4">
          {t("content.no_key")}
        </p>
      )}
      <div className="relative flex min-h-0 flex-1 flex-col">
        {(waiting || (source.isBusy && count !== undefined)) && (
          <div aria-hidden className="absolute inset-x-0 top-0 z-4 h-0.5 animate-[st-pulse_1s_infinite] bg-accent" />
        )}
        {source.failure ? (
          <Failed error={source.failure} onRetry={() => source.retry()} />
        ) : !source.isReady ? (
          <FirstRows source={source} />
        ) : count === 0 && !waiting ? (
          <NoRows
            collection={name}
            filter={view.filter}
            search={view.search}
            archiving={archiving}
            archived={archived}
            mayCreate={mayCreate}
            onClear={() => go({ filter: null, q: "", archived: archived === "only" ? undefined : search.archived })}
            onArchived={onArchived}
          />
        ) : (
          <TableContext.Provider value={table}>
            <Suspense fallback={<FirstRows source={source} />}>
              {Layout && (
                <Layout
                  collection={name}
                  fields={view.columns}
                  query={{ filter: query.filter, search: query.search, sort: view.sort }}
                  source={source}
                  selection={keys}
                  options={layoutOptions as never}
                  onSelect={(next) => setSelection(withRows(NOTHING, next, true))}
                  onOpen={openKey}
                  onQuery={(next) => set(next)}
                  onOptions={(next) => set({ options: { ...view.options, ...(next as Record<string, unknown>) } })}
                />
              )}
            </Suspense>
          </TableContext.Provider>
        )}
        {sizeOf(selection, count ?? 0) > 0 && (
          <Suspense fallback={null}>
            <BulkBar
              {...bulk}
              query={query}
              selection={selection}
              archived={archived}
              onDone={(failed) => {
                setSelection(withRows(NOTHING, failed, true));
                source.refresh();
                if (!failed.length) control.current?.focus();
              }}
              onClear={() => {
                setSelection(NOTHING);
                control.current?.focus();
              }}
            />
          </Suspense>
        )}
      </div>
      {phone && view.layout === "tabular" && columns.some((one) => one.summary) && (
        <Suspense fallback={null}>
          <PhoneSummary collection={name} query={query} source={source} edits={edits} columns={columns} />
        </Suspense>
      )}
      <Footer
        source={source}
        edits={edits}
        news={news.count}
        onNews={() => {
          news.clear();
          source.refresh();
        }}
      />
      {rowMenu && (
        <Suspense fallback={null}>
          <RowMenu
            {...bulk}
            item={rowMenu.item}
            at={rowMenu.at}
            name={table.rowName(rowMenu.item)}
            href={itemHref(rowMenu.item)}
            onOpen={() => open(rowMenu.item)}
            onPeek={() => peek(rowMenu.item)}
            onSelect={() => setSelection(toggled(selection, rowMenu.item[key] as Key))}
            onDone={() => {
              source.refresh();
              control.current?.focus();
            }}
            onClose={() => {
              setRowMenu(null);
              control.current?.focus();
            }}
          />
        </Suspense>
      )}
      {search.peek !== undefined && (
        <Suspense fallback={null}>
          <Peek
            collection={collection}
            fields={fields}
            id={search.peek}
            source={source}
            onMove={(item) => peek(item)}
            onClose={() => peek(null)}
          />
        </Suspense>
      )}
    </div>
  );
}

/** Where the studio is mounted, for links that the browser follows itself. */
const hrefBase = () => new URL(document.baseURI).pathname;

/** The fields that a layout other than the table names in its options. */
function layoutPaths(options: Record<string, unknown>, fields: readonly Field[]) {
  const templates = Object.values(options).filter((one): one is string => typeof one === "string");
  const paths = templates.flatMap((one) =>
    [...one.matchAll(/\{\{\s*([^{}]+?)\s*\}\}/g)].map((match) => match[1] ?? ""),
  );
  const named = templates.filter((one) => fields.some((field) => field.field === one));
  return [...new Set([...paths, ...named])]
    .filter((path) => path && !path.includes("$"))
    .map((path) => ({ path, field: fields.find((one) => one.field === path) }));
}

function FirstRows({ source }: { source: { show: (from: number, to: number) => void } }) {
  useEffect(() => source.show(0, 40), [source]);
  return (
    <div role="status" aria-busy className="flex flex-col overflow-hidden">
      <span className="sr-only">{t("app.loading")}</span>
      <div className="h-9 shrink-0 border-b border-line bg-sunken" />
      {Array.from({ length: 12 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: stand-ins are their places
        <div key={index} className="flex h-(--st-row) items-center gap-6 border-b border-line px-6">
          <Skeleton className="h-3 w-1/4" />
          <Skeleton className="h-3 w-24" />
          <Skeleton className="h-3 w-1/5" />
        </div>
      ))}
    </div>
  );
}
