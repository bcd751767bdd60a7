/** Looking at a database that exists, and having it served. */
import { get, request } from "~/api/client";
import { schemaChanged } from "~/api/queries";
import type { Collection, Relation } from "~/api/types";
import { setupToken } from "~/modules/auth/setupToken";
import { type DatabaseFields, urlOf } from "./databaseUrl";
import { untilServed } from "./waiting";

export interface FoundTable {
  collection: string;
  kind: "table" | "view" | "materialized_view" | "virtual";
  columns: number;
  /** null where they were not counted. */
  rows: number | null;
  keyed: boolean;
  /** Why it can't be written. */
  reason: string | null;
}

export interface FoundDatabase {
  address: string;
  vendor: string;
  version: string;
  read_only: boolean;
  tables: FoundTable[];
  notes: string[];
}

export interface ChosenDatabase {
  fields: DatabaseFields;
  /** What is typed as a URL; null while the fields are used. */
  text: string | null;
  found: FoundDatabase | null;
  /** The tables to be shown. */
  shown: ReadonlySet<string>;
}

/** The URL that is meant, or null while something is missing. */
export const urlMeant = ({ text, fields }: ChosenDatabase): string | null =>
  text === null ? urlOf(fields) : text.trim() || null;

/** Up to here the server counts. */
export const ROWS_COUNTED = 10_000;

export const look = (url: string): Promise<FoundDatabase> =>
  request("POST", "/studio/api/database", {
    body: { url, preview: true, token: setupToken() || undefined },
    anonymous: true,
  });

/** Have it served, and take the chosen tables into the studio. By a superuser. */
export async function connect(url: string, shown: ReadonlySet<string>): Promise<void> {
  const { address } = await request<FoundDatabase>("POST", "/studio/api/database", { body: { url }, anonymous: true });
  await untilServed(address);
  await schemaChanged();
  const { manage } = await import("~/modules/develop/schema/manage");
  const collections = await get<Collection[]>("/collections");
  await manage(
    collections.filter((one) => shown.has(one.collection)),
    await get<Relation[]>("/relations"),
  );
}
