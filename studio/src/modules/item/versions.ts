/** Content versions of an item: changes beside it that are written into it when somebody says so. */
import { queryOptions } from "@tanstack/react-query";
import { get, send } from "~/api/client";
import { ApiError, problemsOf } from "~/api/errors";
import { queryClient } from "~/api/queries";
import type { Item, Key } from "~/api/types";
import { bodyOf } from "./load";

/** The key of the version that keeps what is being written. */
export const DRAFT = "draft";

export interface Version {
  id: string;
  key: string;
  name: string | null;
  date_updated: string | null;
  schedule: Schedule | null;
}

export interface Comparison {
  /** The item changed since the version began. */
  outdated: boolean;
  mainHash: string;
  current: Item;
  main: Item;
}

/** When a version is published by itself. */
export interface Schedule {
  version: string;
  publish_at: string;
  fields: string[] | null;
}

export const nameOf = (version: Version): string => version.name ?? version.key;

export const versionsQuery = (collection: string, key: Key) =>
  queryOptions({
    queryKey: ["versions", collection, String(key)],
    queryFn: async ({ signal }): Promise<Version[]> => {
      const filter = { _and: [{ collection: { _eq: collection } }, { item: { _eq: String(key) } }] };
      const found = await get<Omit<Version, "schedule">[]>(
        "/versions",
        { filter, fields: "id,key,name,date_updated", sort: "name" },
        signal,
      );
      const planned = found.map((one) => get<Schedule | null>(`/versions/${one.id}/schedule`, undefined, signal));
      const schedules = await Promise.all(planned);
      return found.map((one, index) => ({ ...one, schedule: schedules[index] ?? null }));
    },
    staleTime: 10_000,
  });

export const comparisonQuery = (id: string) =>
  queryOptions({
    queryKey: ["versions", "compare", id],
    queryFn: async ({ signal }) => {
      const response = await send("GET", `/versions/${id}/compare`, { signal });
      const body = (await bodyOf(response)) as { data: Comparison } | null;
      if (!response.ok || !body)
        throw new ApiError(response.status, problemsOf(response.status, body), response.headers.get("x-request-id"));
      return body.data;
    },
    staleTime: 0,
  });

export const forgetVersions = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ["versions"] });
