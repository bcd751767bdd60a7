/**
 * Saved views. They are presets of the Directus wire: one with a `bookmark` is a view with a name, for one person, a role or
 * everyone; one without is what a person's list of a collection looked like last.
 */
import { queryOptions } from "@tanstack/react-query";
import { get, patch, post, read, remove } from "~/api/client";
import { presetsAsk } from "~/api/first";
import { queryClient } from "~/api/queries";
import type { Filter } from "~/api/types";

export interface Preset {
  id: number;
  bookmark: string | null;
  collection: string;
  user: string | null;
  role: string | null;
  search: string | null;
  filter: Filter | null;
  layout: string | null;
  layout_query: Record<string, LayoutQuery | undefined> | null;
  layout_options: Record<string, Record<string, unknown> | undefined> | null;
  icon: string | null;
  color: string | null;
}

interface LayoutQuery {
  fields?: string[];
  sort?: string[] | string;
  group?: string | null;
}

export const presetsQuery = (collection: string) =>
  queryOptions({
    queryKey: ["presets", collection],
    queryFn: ({ signal }) => read<Preset[]>(presetsAsk(collection), signal),
    staleTime: 60_000,
  });

/** All views with a name that the person sees, for navigation. */
export const bookmarksQuery = queryOptions({
  queryKey: ["presets"],
  queryFn: ({ signal }) =>
    get<Pick<Preset, "id" | "bookmark" | "collection" | "user">[]>(
      "/presets",
      { fields: "id,bookmark,collection,user", filter: { bookmark: { _nnull: true } }, sort: "bookmark", limit: 200 },
      signal,
    ),
  staleTime: 60_000,
});

/** What a list looks like and shows. */
export interface View {
  layout: string;
  columns: string[];
  sort: string[];
  filter: Filter | null;
  search: string | null;
  /** What rows of a table are grouped by: `status`, `-month(released)`. */
  group: string | null;
  options: Record<string, unknown>;
}

const list = (value: string[] | string | null | undefined): string[] | undefined =>
  typeof value === "string" ? value.split(",").filter(Boolean) : (value ?? undefined);

/** The view of a preset, over what holds where it says nothing. */
export function viewOf(preset: Preset | undefined, fallback: View): View {
  if (!preset) return fallback;
  const layout = preset.layout ?? fallback.layout;
  const query = preset.layout_query?.[layout] ?? preset.layout_query?.tabular;
  const columns = list(preset.layout_query?.tabular?.fields);
  return {
    layout,
    columns: columns?.length ? columns : fallback.columns,
    sort: list(query?.sort) ?? fallback.sort,
    filter: preset.bookmark ? (preset.filter ?? null) : fallback.filter,
    search: preset.bookmark ? (preset.search ?? null) : fallback.search,
    group: preset.layout_query?.tabular?.group ?? (preset.bookmark ? null : fallback.group),
    options: preset.layout_options?.[layout] ?? fallback.options,
  };
}

/** The parts of a preset that a view fills. What other layouts noted stays. */
export function presetOf(view: View, before?: Preset): Partial<Preset> {
  const tabular = { ...before?.layout_query?.tabular, fields: view.columns, sort: view.sort, group: view.group };
  return {
    layout: view.layout,
    layout_query: {
      ...before?.layout_query,
      ...(view.layout === "tabular" ? {} : { [view.layout]: { sort: view.sort } }),
      tabular,
    },
    layout_options: { ...before?.layout_options, [view.layout]: view.options },
  };
}

/** The preset that a person's list begins with: their own, their role's, everyone's. */
export function defaultPreset(presets: readonly Preset[], user: string, role: string | null): Preset | undefined {
  const plain = presets.filter((one) => !one.bookmark);
  return (
    plain.find((one) => one.user === user) ??
    plain.find((one) => !one.user && role !== null && one.role === role) ??
    plain.find((one) => !one.user && !one.role)
  );
}

const changed = () => queryClient.invalidateQueries({ queryKey: ["presets"] });

export async function savePreset(values: Partial<Preset>, id?: number): Promise<Preset> {
  const saved = await (id ? patch<Preset>(`/presets/${id}`, values) : post<Preset>("/presets", values));
  await changed();
  return saved;
}

export async function deletePreset(id: number): Promise<void> {
  await remove(`/presets/${id}`);
  await changed();
}
