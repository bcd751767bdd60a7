/** What an extension in a sandbox may ask of the API: what its manifest declares, and nothing that leads further. */
import type { Relation } from "~/api/types";

/** One call, as it would be sent. */
export interface Call {
  method: string;
  path: string;
  query?: Record<string, unknown>;
  body?: unknown;
}

const ACTIONS: Record<string, string> = { GET: "read", POST: "create", PATCH: "update", DELETE: "delete" };
const ITEMS = /^\/items\/([^/?#%]+)(?:\/[^/?#]+)?$/;
const SYSTEM = /^\/(users|files|folders|roles|dashboards|panels|comments|activity|revisions|presets)(?:\/[^/?#]+)?$/;
const QUERY = new Set([
  "fields",
  "filter",
  "search",
  "sort",
  "limit",
  "offset",
  "page",
  "aggregate",
  "groupBy",
  "meta",
]);

/** `read:*` is of all collections of the project; system collections are named, as `read:directus_users`. */
function declared(api: readonly string[], action: string, collection: string): boolean {
  if (api.includes(`${action}:${collection}`)) return true;
  return !collection.startsWith("directus_") && api.includes(`${action}:*`);
}

/** Why a call is refused; null where it may be sent. */
export function refusal(api: readonly string[], call: Call, relations: readonly Relation[]): string | null {
  const action = ACTIONS[call.method];
  const items = ITEMS.exec(call.path)?.[1];
  const system = SYSTEM.exec(call.path)?.[1];
  const collection = items ?? (system && `directus_${system}`);
  if (!action || !collection || collection.includes("..") || call.path.includes("/..")) {
    return `${call.method} ${call.path} is not open to extensions in a sandbox.`;
  }
  if (!declared(api, action, collection)) {
    return `${call.method} ${call.path} needs "${action}:${collection}" in the manifest's "requires.api".`;
  }
  const query = call.query ?? {};
  const other = Object.keys(query).find((name) => !QUERY.has(name));
  if (other) return `The parameter "${other}" is not open to extensions in a sandbox.`;
  const linked = relationFields(collection, relations);
  const body = call.body as { query?: Record<string, unknown> } | null | undefined;
  const follows = leads(query) ?? nested(body, linked) ?? leads(body?.query ?? {});
  if (follows) return `"${follows}" leads to another collection; ask for that one's own items.`;
  return null;
}

/** The fields of a collection that lead to another one. */
function relationFields(collection: string, relations: readonly Relation[]): Set<string> {
  const found = new Set<string>();
  for (const one of relations) {
    if (one.collection === collection) found.add(one.field);
    if (one.related_collection === collection && one.meta?.one_field) found.add(one.meta.one_field);
    if (one.meta?.one_allowed_collections?.includes(collection) && one.meta.one_field) found.add(one.meta.one_field);
  }
  return found;
}

/** A mention of a field beyond a relation. */
function leads(query: Record<string, unknown>): string | null {
  for (const name of ["fields", "sort", "groupBy"]) {
    const value = query[name];
    const listed = Array.isArray(value) ? value : typeof value === "string" ? value.split(",") : [];
    const far = listed.find((one) => String(one).includes("."));
    if (far !== undefined) return String(far);
  }
  if (JSON.stringify(query.aggregate ?? "").includes(".")) return JSON.stringify(query.aggregate);
  return inFilter(query.filter);
}

function inFilter(filter: unknown): string | null {
  if (typeof filter === "string") {
    try {
      return inFilter(JSON.parse(filter));
    } catch {
      return "filter";
    }
  }
  if (Array.isArray(filter)) return filter.map((one) => inFilter(one)).find((one) => one !== null) ?? null;
  if (filter === null || typeof filter !== "object") return null;
  for (const [key, value] of Object.entries(filter)) {
    if (key === "_and" || key === "_or") {
      const found = inFilter(value);
      if (found) return found;
      continue;
    }
    const operators = value !== null && typeof value === "object" ? Object.keys(value) : [];
    const beyond = operators.find((one) => !one.startsWith("_") || ["_some", "_none", "_and", "_or"].includes(one));
    if (key.includes(".") || key.startsWith("$") || beyond !== undefined) return key;
  }
  return null;
}

/** A value that would write a linked item. Keys of linked items are plain values. */
function nested(body: unknown, linked: ReadonlySet<string>): string | null {
  if (Array.isArray(body)) return body.map((one) => nested(one, linked)).find((one) => one !== null) ?? null;
  if (body === null || typeof body !== "object") return null;
  for (const [field, value] of Object.entries(body)) {
    if (field === "data" || field === "query") {
      const found = nested(value, linked);
      if (found) return found;
    }
    if (linked.has(field) && value !== null && typeof value === "object") return field;
  }
  return null;
}
