/** What all rows of a view come to, asked again when they change. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { get } from "~/api/client";
import { itemsPath } from "~/api/relations";
import type { Column } from "~/grid/columns";
import type { CellEdits } from "~/grid/edits";
import type { WindowSource } from "~/grid/window";
import { useDebounced } from "~/kit/useDebounced";
import type { ListQuery } from "../query";
import { type SummaryAnswer, summariesAsked } from "../summaries";

export interface SummaryProps {
  collection: string;
  query: Pick<ListQuery, "filter" | "search">;
  source: WindowSource;
  edits: CellEdits;
}

export function useSummary({ collection, query, source, edits }: SummaryProps, columns: readonly Column[]) {
  useSyncExternalStore(source.subscribe, () => source.version);
  useSyncExternalStore(edits.subscribe, () => edits.version);
  const asked = summariesAsked(columns);
  // what is being saved counts when it is there
  const revision = useDebounced(`${source.revision}/${edits.pending}`, 400);
  const { filter, search } = query;
  return useQuery({
    queryKey: ["items", collection, "summary", filter, search, asked, revision],
    queryFn: async ({ signal }) => {
      const parameters = { ...asked, filter: filter ?? undefined, search: search || undefined };
      const [row] = await get<SummaryAnswer[]>(itemsPath(collection), parameters, signal);
      return row ?? {};
    },
    placeholderData: keepPreviousData,
    retry: false,
  });
}
