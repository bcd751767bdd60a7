/** The items before and after: in the order and among the matches of the list that one came from, else by their keys. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { get } from "~/api/client";
import { keyField } from "~/api/keys";
import { type LastList, lastList, rememberPlace } from "~/api/lastList";
import { itemsPath } from "~/api/relations";
import type { Collection, Field, Item, Key } from "~/api/types";
import { t } from "~/i18n/words/item";
import { IconButton } from "~/kit/Button";
import { keyText, useShortcut } from "~/shell/keys";

/** Where the place in a list is not known, so many of its keys are looked through. */
const MOST_KEYS = 5_000;

interface Found {
  previous: Key | null;
  next: Key | null;
  index?: number;
}

async function inList(
  collection: string,
  primaryKey: string,
  key: Key,
  list: LastList,
  signal: AbortSignal,
): Promise<Found | null> {
  const named = list.sort.some((one) => one.replace(/^-/, "") === primaryKey);
  const read = async (offset: number, limit: number): Promise<Found | null> => {
    const rows = await get<Item[]>(
      itemsPath(collection),
      {
        fields: primaryKey,
        filter: list.filter ?? undefined,
        search: list.search || undefined,
        sort: (named || list.sort.length === 0 ? list.sort : [...list.sort, primaryKey]).join(",") || undefined,
        offset,
        limit,
      },
      signal,
    );
    const at = rows.findIndex((row) => String(row[primaryKey]) === String(key));
    // at an edge of what was read the neighbour is not known
    if (at === -1 || (at === 0 && offset > 0) || (at === limit - 1 && rows.length === limit)) return null;
    const keyAt = (index: number) => (rows[index]?.[primaryKey] as Key | undefined) ?? null;
    return { previous: keyAt(at - 1), next: keyAt(at + 1), index: offset + at };
  };
  const known = list.at?.key === String(key) ? list.at.index : undefined;
  const near = known === undefined ? null : await read(Math.max(0, known - 1), 3);
  return near ?? (await read(0, MOST_KEYS));
}

async function byKey(collection: string, primaryKey: string, key: Key, signal: AbortSignal): Promise<Found> {
  if (typeof key !== "number") return { previous: null, next: null };
  const find = async (operator: string, sort: string) => {
    const filter = { [primaryKey]: { [operator]: key } };
    const query = { fields: primaryKey, filter, sort, limit: 1 };
    const [row] = await get<Item[]>(itemsPath(collection), query, signal);
    return (row?.[primaryKey] as Key | undefined) ?? null;
  };
  const [previous, next] = await Promise.all([find("_lt", `-${primaryKey}`), find("_gt", primaryKey)]);
  return { previous, next };
}

export function Neighbours({
  collection: { collection },
  fields,
  itemKey,
}: {
  collection: Collection;
  fields: readonly Field[];
  itemKey: Key;
}) {
  const navigate = useNavigate();
  const primaryKey = keyField(fields);
  const found = useQuery({
    queryKey: ["items", collection, "neighbours", String(itemKey)],
    queryFn: async ({ signal }) => {
      const list = lastList(collection);
      return (
        (list && (await inList(collection, primaryKey, itemKey, list, signal))) ??
        (await byKey(collection, primaryKey, itemKey, signal))
      );
    },
    // each visit may come from another list
    gcTime: 0,
    staleTime: 30_000,
  }).data;
  const { previous = null, next = null, index } = found ?? {};
  const go = (key: Key | null, step: number) => {
    if (key === null) return;
    rememberPlace(collection, key, index === undefined ? undefined : index + step);
    void navigate({ to: `/content/${encodeURIComponent(collection)}/${encodeURIComponent(String(key))}` });
  };
  useShortcut("mod+up", () => go(previous, -1), {
    text: t("item.keys.previous"),
    group: t("item.keys"),
    enabled: previous !== null,
  });
  useShortcut("mod+down", () => go(next, 1), {
    text: t("item.keys.next"),
    group: t("item.keys"),
    enabled: next !== null,
  });
  return (
    <span className="flex max-sm:hidden">
      <IconButton
        label={t("item.previous")}
        shortcut={keyText("mod+up")}
        isDisabled={previous === null}
        onPress={() => go(previous, -1)}
      >
        <ChevronLeft size={18} className="rtl:-scale-x-100" />
      </IconButton>
      <IconButton
        label={t("item.next")}
        shortcut={keyText("mod+down")}
        isDisabled={next === null}
        onPress={() => go(next, 1)}
      >
        <ChevronRight size={18} className="rtl:-scale-x-100" />
      </IconButton>
    </span>
  );
}
