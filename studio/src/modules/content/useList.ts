/** What a list shows: its view, with what the address changes of it. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useMe } from "~/api/queries";
import type { Collection, Field } from "~/api/types";
import { sameFilter } from "~/filter/tree";
import { firstColumns } from "./columns";
import { defaultPreset, type Preset, presetOf, presetsQuery, savePreset, type View, viewOf } from "./presets";
import type { ListSearch } from "./routes";

export interface List {
  presets: Preset[];
  /** The saved view that is shown; undefined for the list of all. */
  preset: Preset | undefined;
  view: View;
  /** Whether the view is no longer as it was saved. */
  changed: boolean;
  set: (change: Partial<View>) => void;
  /** Back to what was saved. */
  reset: () => void;
  go: (search: Partial<ListSearch>, replace?: boolean) => void;
}

const REMEMBER_AFTER = 800;

export function useList(collection: Collection, fields: readonly Field[], search: ListSearch): List {
  const me = useMe();
  const navigate = useNavigate();
  const name = collection.collection;
  const presets = useQuery(presetsQuery(name)).data ?? NO_PRESETS;
  const [options, setOptions] = useState<{ of: string; values: Record<string, unknown> } | null>(null);
  const preset = search.view ? presets.find((one) => one.id === search.view) : undefined;
  const own = defaultPreset(presets, me.id, me.role?.id ?? null);

  const fallback = useMemo<View>(
    () => ({
      layout: "tabular",
      columns: firstColumns(collection, fields),
      sort: collection.meta?.sort_field ? [collection.meta.sort_field] : [],
      filter: null,
      search: null,
      group: null,
      options: {},
    }),
    [collection, fields],
  );
  const saved = useMemo(
    () => viewOf(preset ?? own, viewOf(preset ? own : undefined, fallback)),
    [preset, own, fallback],
  );
  const layout = search.layout ?? saved.layout;
  const place = `${name}/${preset?.id ?? ""}/${layout}`;
  const view = useMemo<View>(
    () => ({
      layout,
      columns: search.cols?.split(",").filter(Boolean) ?? saved.columns,
      sort: search.sort === undefined ? saved.sort : search.sort.split(",").filter(Boolean),
      filter: search.filter === undefined ? saved.filter : search.filter,
      search: search.q === undefined ? saved.search : search.q || null,
      group: search.group === undefined ? saved.group : search.group || null,
      options: options?.of === place ? options.values : ((preset ?? own)?.layout_options?.[layout] ?? {}),
    }),
    [layout, place, search.cols, search.sort, search.filter, search.q, search.group, saved, options, preset, own],
  );

  const go = useCallback(
    (change: Partial<ListSearch>, replace = false) =>
      void navigate({
        to: "/content/$collection",
        params: { collection: name },
        search: (before) => ({ ...before, ...change }) as ListSearch,
        replace,
      }),
    [navigate, name],
  );

  const set = useCallback(
    (change: Partial<View>) => {
      const next: Partial<ListSearch> = {};
      if (change.layout !== undefined) next.layout = change.layout;
      if (change.columns) next.cols = change.columns.join(",");
      if (change.sort) next.sort = change.sort.join(",");
      if (change.filter !== undefined) next.filter = change.filter;
      if (change.search !== undefined) next.q = change.search ?? "";
      if (change.group !== undefined) next.group = change.group ?? "";
      if (change.options) setOptions({ of: place, values: change.options });
      if (Object.keys(next).length) go(next, change.filter === undefined && change.layout === undefined);
    },
    [go, place],
  );

  // the list of all is remembered as it was left; views are saved by hand
  const arranged =
    !preset &&
    (search.cols !== undefined ||
      search.sort !== undefined ||
      search.group !== undefined ||
      search.layout !== undefined ||
      options?.of === place);
  const arrangement = JSON.stringify([view.layout, view.columns, view.sort, view.group, view.options]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the arrangement says what changed
  useEffect(() => {
    if (!arranged || search.view) return;
    const mine = own?.user === me.id ? own : undefined;
    const values = presetOf(view, mine);
    if (mine && JSON.stringify(viewOf({ ...mine, ...values }, fallback)) === JSON.stringify(viewOf(mine, fallback)))
      return;
    const timer = setTimeout(() => {
      const rest = mine ? {} : { collection: name, user: me.id, bookmark: null };
      void savePreset({ ...rest, ...values }, mine?.id).catch(() => {
        // how a list was arranged is a comfort: without it, the next visit begins with the defaults
      });
    }, REMEMBER_AFTER);
    return () => clearTimeout(timer);
  }, [arrangement, arranged]);

  const changed =
    !!preset &&
    (layout !== saved.layout ||
      view.columns.join() !== saved.columns.join() ||
      view.sort.join() !== saved.sort.join() ||
      view.group !== saved.group ||
      (view.search ?? "") !== (saved.search ?? "") ||
      !sameFilter(view.filter, saved.filter) ||
      (options?.of === place &&
        JSON.stringify(options.values) !== JSON.stringify(preset.layout_options?.[layout] ?? {})));

  const reset = useCallback(() => {
    setOptions(null);
    go(AS_SAVED);
  }, [go]);

  return useMemo(
    () => ({ presets, preset, view, changed, set, reset, go }),
    [presets, preset, view, changed, set, reset, go],
  );
}

const NO_PRESETS: Preset[] = [];

/** Nothing in the address that differs from the view. */
export const AS_SAVED: Partial<ListSearch> = {
  layout: undefined,
  q: undefined,
  filter: undefined,
  sort: undefined,
  cols: undefined,
  group: undefined,
};
