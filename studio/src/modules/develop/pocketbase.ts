/** What only the PocketBase wire has: rules and indexes of collections, the SQL console, the logs. */
import { queryOptions } from "@tanstack/react-query";
import type { QueryValue } from "~/api/address";
import { send } from "~/api/client";
import { ApiError, type ApiProblem } from "~/api/errors";

interface Refusal {
  message?: string;
  data?: Record<string, unknown>;
}

/** The problems of a refusal, with the path of each as its field: `listRule`, `indexes.0`. */
export function refusalProblems(body: unknown): ApiProblem[] {
  const refusal = (body ?? {}) as Refusal;
  const found: ApiProblem[] = [];
  const visit = (value: unknown, path: string[]): void => {
    if (value === null || typeof value !== "object") return;
    const { code, message } = value as { code?: unknown; message?: unknown };
    if (typeof code === "string" && typeof message === "string")
      found.push({ message, code, field: path.join("."), extensions: value as Record<string, unknown> });
    else for (const [name, inner] of Object.entries(value)) visit(inner, [...path, name]);
  };
  visit(refusal.data, []);
  return found.length ? found : [{ message: refusal.message ?? "", code: "REFUSED", extensions: {} }];
}

/** A request to the PocketBase wire, as the person who is signed in to the studio. Throws ApiError. */
export async function pocketbase<T>(
  method: string,
  path: string,
  options: { query?: Record<string, QueryValue>; body?: unknown; signal?: AbortSignal } = {},
): Promise<T> {
  const response = await send(method, path, options);
  const text = await response.text();
  let body: unknown;
  try {
    body = text ? JSON.parse(text) : undefined;
  } catch {
    body = { message: text };
  }
  if (!response.ok) throw new ApiError(response.status, refusalProblems(body), response.headers.get("x-request-id"));
  return body as T;
}

export const RULES = ["listRule", "viewRule", "createRule", "updateRule", "deleteRule"] as const;
export const AUTH_RULES = ["authRule", "manageRule"] as const;
export type RuleName = (typeof RULES)[number] | (typeof AUTH_RULES)[number];

/** A collection as the PocketBase wire has it. */
export interface RecordCollection {
  id: string;
  name: string;
  type: "base" | "auth" | "view";
  system: boolean;
  indexes: string[];
  /** `values`: what a field of type `select` takes. */
  fields: { name: string; type: string; hidden?: boolean; values?: string[] }[];
  listRule: string | null;
  viewRule: string | null;
  createRule: string | null;
  updateRule: string | null;
  deleteRule: string | null;
  authRule?: string | null;
  manageRule?: string | null;
}

export const recordCollectionQuery = (name: string) =>
  queryOptions({
    queryKey: ["pocketbase", name],
    queryFn: ({ signal }) =>
      pocketbase<RecordCollection>("GET", `/api/collections/${encodeURIComponent(name)}`, { signal }),
    retry: false,
  });
