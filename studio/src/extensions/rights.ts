/** What an extension in a sandbox may ask of the API: what its manifest declares, and nothing that leads further. */
import type { Relation } from "~/api/types";

/** One call. `path`: as the extension said it; what is sent is the path of `judged`. */
export interface Call {
  method: string;
  path: string;
  query?: unknown;
  body?: unknown;
}

const ACTIONS: Record<string, string> = { GET: "read", POST: "create", PATCH: "update", DELETE: "delete" };
const SYSTEM = new Set("users files folders roles dashboards panels comments activity revisions presets".split(" "));
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
export function declared(api: readonly string[], action: string, collection: string): boolean {
  if (api.includes(`${action}:${collection}`)) return true;
  return !collection.startsWith("directus_") && api.includes(`${action}:*`);
}

/** Whether an extension may know the values of an item that stands on the screen. Trusted ones may. */
export const mayKnow = (
  extension: { trust: string; requires: { api: readonly string[] } },
  collection: string,
  action = "read",
): boolean => extension.trust !== "sandboxed" || declared(extension.requires.api, action, collection);

/**
 * The steps of a path, decoded; null for a path that could mean something else to whoever reads it next: with empty
 * steps, dots, slashes of either kind within a step, or control characters, which browsers leave out.
 */
function steps(path: string): string[] | null {
  if (!path.startsWith("/") || /[?#\\]/.test(path)) return null;
  try {
    const found = path.slice(1).split("/").map(decodeURIComponent);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    return found.every((one) => one && !/^\.+$/.test(one) && !/[/\\%\u0000-\u001f\u007f]/.test(one)) ? found : null;
  } catch {
    return null;
  }
}

/** The path that may be sent, or why the call is refused. */
export function judged(
  api: readonly string[],
  call: Call,
  relations: readonly Relation[],
): { path: string } | { refused: string } {
  const said = `${call.method} ${call.path}`;
  const action = Object.hasOwn(ACTIONS, call.method) ? ACTIONS[call.method] : undefined;
  const [room = "", ...rest] = steps(call.path) ?? [];
  const collection = room === "items" ? rest.shift() : SYSTEM.has(room) ? `directus_${room}` : undefined;
  const own = room !== "items" || !collection?.startsWith("directus_");
  // what is below a collection to be posted to is no item, but something to be done
  if (!action || !collection || !own || rest.length > (action === "create" ? 0 : 1)) {
    return { refused: `${said} is not open to extensions in a sandbox.` };
  }
  if (!declared(api, action, collection)) {
    return { refused: `${said} needs "${action}:${collection}" in the manifest's "requires.api".` };
  }
  const wrong = inQuery(call.query) ?? inBody(call.body, relationFields(collection, relations));
  if (wrong) return { refused: wrong };
  const all = room === "items" ? [room, collection, ...rest] : [room, ...rest];
  return { path: `/${all.map(encodeURIComponent).join("/")}` };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

function inQuery(query: unknown): string | null {
  if (query === undefined || query === null) return null;
  if (!isObject(query)) return "The parameters of a call are an object.";
  const other = Object.keys(query).find((name) => !QUERY.has(name));
  if (other) return `The parameter "${other}" is not open to extensions in a sandbox.`;
  const far = leads(query);
  return far && `"${far}" leads to another collection; ask for that one's own items.`;
}

function inBody(body: unknown, linked: ReadonlySet<string>): string | null {
  if (body === undefined || body === null) return null;
  if (typeof body !== "object") return "The body of a call is an object or a list.";
  const far = nested(body, linked);
  if (far) return `"${far}" leads to another collection; ask for that one's own items.`;
  return Array.isArray(body) ? null : inQuery((body as Record<string, unknown>).query);
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

/** A mention of a field beyond a relation, or of how many are there. */
function leads(query: Record<string, unknown>): string | null {
  for (const name of ["fields", "sort", "groupBy"]) {
    const value = query[name];
    if (value === undefined || value === null) continue;
    const listed = typeof value === "string" ? value.split(",") : Array.isArray(value) ? value : [{}];
    const far = listed.find((one) => typeof one !== "string" || one.includes(".") || isFar(one));
    if (far !== undefined) return typeof far === "string" ? far : name;
  }
  const aggregate = JSON.stringify(query.aggregate ?? "");
  if (aggregate.includes(".") || isFar(aggregate)) return aggregate;
  return inFilter(query.filter);
}

const isFar = (name: string) => /(count|json)\s*\(/i.test(name);

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
  // what of the person's own record a filter may compare with, it could find out
  const variable = /\$CURRENT_\w+\./.exec(JSON.stringify(filter));
  if (variable) return variable[0];
  for (const [key, value] of Object.entries(filter)) {
    if (key === "_and" || key === "_or") {
      const found = inFilter(value);
      if (found) return found;
      continue;
    }
    const operators = value !== null && typeof value === "object" ? Object.keys(value) : [];
    const beyond = operators.find((one) => !one.startsWith("_") || ["_some", "_none", "_and", "_or"].includes(one));
    if (key.includes(".") || key.startsWith("$") || isFar(key) || beyond !== undefined) return key;
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
