/** Choose items of a collection: by search on the server, in a list that goes on as one scrolls. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { ListBox, ListBoxItem } from "react-aria-components";
import { collectionName, singularName } from "~/api/names";
import { useCollection, useMay } from "~/api/queries";
import type { Filter, Key } from "~/api/types";
import { displayText } from "~/displays/template";
import { t } from "~/i18n/words/item";
import { Button, Spinner } from "~/kit/Button";
import { Dialog } from "~/kit/Dialog";
import { OPTION, SearchField, TextField } from "~/kit/fields";
import { Centered, Failed, Skeleton } from "~/kit/states";
import { cx } from "~/kit/style";
import { searchQuery, useShape } from "./items";

const PAGE = 50;

export interface ItemPickerProps {
  collection: string;
  filter?: Filter | null;
  multiple?: boolean;
  /** Items that are linked already: shown, but not to be chosen again. */
  selected?: readonly Key[];
  template?: string | null;
  title?: string;
  onPick: (keys: Key[]) => void;
  /** A new item, with the text that was searched for. */
  onCreate?: (text: string) => void;
  onClose: () => void;
}

export function ItemPicker(props: ItemPickerProps) {
  const { collection, filter = null, multiple = false, selected = [], template, onPick, onCreate, onClose } = props;
  const about = useCollection(collection);
  const may = useMay(collection, "read");
  const mayCreate = useMay(collection, "create").access !== "none";
  const shape = useShape(collection, template);
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<ReadonlySet<Key>>(new Set());
  const wanted = useDeferredValue(search.trim());
  const found = useInfiniteQuery({
    queryKey: ["items", collection, "picker", wanted, filter, shape?.fields.join()],
    queryFn: ({ pageParam, signal }) => {
      if (!shape) return [];
      const { queryFn, queryKey } = searchQuery(collection, shape, wanted, filter, PAGE, pageParam);
      return (queryFn as (context: unknown) => Promise<Record<string, unknown>[]>)({ signal, queryKey });
    },
    initialPageParam: 0,
    getNextPageParam: (last, pages) => (last.length === PAGE ? pages.length * PAGE : undefined),
    enabled: shape !== undefined && may.access !== "none",
  });
  const items = useMemo(() => found.data?.pages.flat() ?? [], [found.data]);
  const end = useRef<HTMLDivElement>(null);
  const { hasNextPage, fetchNextPage } = found;
  useEffect(() => {
    if (!end.current || !hasNextPage) return;
    const observer = new IntersectionObserver((entries) => entries[0]?.isIntersecting && void fetchNextPage());
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [hasNextPage, fetchNextPage]);

  const name = about ? collectionName(about) : collection;
  const taken = useMemo(() => new Set(selected.map(String)), [selected]);
  const primaryKey = shape?.primaryKey ?? "id";
  const pick = (keys: Iterable<Key>) => {
    onPick([...keys]);
    onClose();
  };
  const keyOf = (id: Key): Key =>
    (items.find((item) => String(item[primaryKey]) === String(id))?.[primaryKey] as Key) ?? id;

  if (may.access === "none") {
    return (
      <ByKey
        name={name}
        title={props.title ?? t("relations.pick", { name })}
        onPick={(key) => pick([key])}
        onClose={onClose}
      />
    );
  }
  const create =
    onCreate && mayCreate ? (
      <Button
        icon={<Plus size={16} />}
        onPress={() => {
          onClose();
          onCreate(search.trim());
        }}
      >
        {search.trim()
          ? t("relations.create_named", { text: search.trim() })
          : t("relations.create", { name: about ? singularName(about) : collection })}
      </Button>
    ) : null;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={props.title ?? t("relations.pick", { name })}
      footer={
        <>
          {create}
          {multiple && (
            <Button look="primary" isDisabled={chosen.size === 0} onPress={() => pick(chosen)}>
              {t("relations.add_count", { count: chosen.size })}
            </Button>
          )}
        </>
      }
    >
      <div className="flex h-[min(60vh,560px)] flex-col gap-3">
        <SearchField label={t("relations.search", { name })} value={search} onChange={setSearch} autoFocus />
        <div className="-mx-2 min-h-0 flex-1 overflow-auto">
          {found.error ? (
            <Failed error={found.error} onRetry={() => void found.refetch()} />
          ) : found.isPending ? (
            <div className="flex flex-col gap-3 p-2">
              {["w-2/3", "w-1/2", "w-3/5", "w-2/5"].map((width) => (
                <Skeleton key={width} className={`h-5 ${width}`} />
              ))}
            </div>
          ) : items.length === 0 ? (
            <Centered title={search ? t("relations.no_match") : t("relations.none", { name })} actions={create} />
          ) : (
            <>
              <ListBox
                aria-label={name}
                items={items.map((item) => ({ id: String(item[primaryKey]), item }))}
                dependencies={[taken, shape]}
                selectionMode={multiple ? "multiple" : "single"}
                selectionBehavior="toggle"
                selectedKeys={[...chosen].map(String)}
                disabledKeys={[...taken]}
                onSelectionChange={(keys) => {
                  const next =
                    keys === "all" ? items.map((item) => item[primaryKey] as Key) : [...keys].map((key) => keyOf(key));
                  if (multiple) setChosen(new Set(next));
                  else if (next.length > 0) pick(next.slice(0, 1));
                }}
                className={cx("outline-none transition-opacity", search.trim() !== wanted && "opacity-60")}
              >
                {({ id, item }) => {
                  const text = (shape && displayText(shape.template, item)) || id;
                  return (
                    <ListBoxItem id={id} textValue={text} className={cx(OPTION, "min-h-9")}>
                      {({ isSelected, isDisabled }) => (
                        <>
                          {multiple && (
                            <span
                              aria-hidden
                              className={cx(
                                "flex size-4.5 shrink-0 items-center justify-center rounded border text-[11px]",
                                isSelected ? "border-accent bg-accent text-on-accent" : "border-line-strong bg-surface",
                                isDisabled && "opacity-40",
                              )}
                            >
                              {isSelected && "✓"}
                            </span>
                          )}
                          <span className="min-w-0 flex-1 truncate">{text}</span>
                          {isDisabled && <span className="text-caption text-fg-3">{t("relations.linked")}</span>}
                        </>
                      )}
                    </ListBoxItem>
                  );
                }}
              </ListBox>
              <div ref={end} className="flex h-8 items-center justify-center text-fg-3">
                {found.isFetchingNextPage && <Spinner />}
              </div>
            </>
          )}
        </div>
      </div>
    </Dialog>
  );
}

/** For a collection that the person may not list: by the key. */
function ByKey({
  name,
  title,
  onPick,
  onClose,
}: {
  name: string;
  title: string;
  onPick: (key: Key) => void;
  onClose: () => void;
}) {
  const [key, setKey] = useState("");
  return (
    <Dialog
      isOpen
      size="small"
      onClose={onClose}
      title={title}
      footer={
        <Button look="primary" isDisabled={key.trim() === ""} onPress={() => onPick(key.trim())}>
          {t("relations.add_count", { count: 1 })}
        </Button>
      }
    >
      <TextField
        label={t("relations.by_key")}
        note={t("relations.by_key.note", { name })}
        value={key}
        onChange={setKey}
        autoFocus
      />
    </Dialog>
  );
}
