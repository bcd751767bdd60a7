/** The two documents of settings: the Directus wire's (the project), the PocketBase wire's (mail, storage, limits). */
import { queryOptions } from "@tanstack/react-query";
import { get, patch } from "~/api/client";
import { pocketbase } from "~/modules/develop/pocketbase";

type Json = Record<string, unknown>;

export const projectQuery = {
  queryKey: ["settings", "project"] as const,
  queryFn: ({ signal }: { signal: AbortSignal }) => get<Json>("/settings", undefined, signal),
};

export const saveProject = (changes: Json) => patch("/settings", changes);

export const serverQuery = {
  queryKey: ["settings", "server"] as const,
  queryFn: ({ signal }: { signal: AbortSignal }) => pocketbase<Json>("GET", "/api/settings", { signal }),
};

export const saveServer = (changes: Json) => pocketbase("PATCH", "/api/settings", { body: changes });

/** Settings that the start of the program fixes, by name, and what fixed them, as `SATCHEL_PUBLIC_URL`. */
export type Fixed = Partial<Record<string, { value: unknown; by: string }>>;

export const fixedQuery = queryOptions({
  queryKey: ["settings", "fixed"],
  queryFn: async ({ signal }) => (await get<{ fixed?: Fixed }>("/server/info", undefined, signal)).fixed ?? {},
  staleTime: Number.POSITIVE_INFINITY,
});

/** Texts with commas or line breaks between them. */
export const listOf = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);
