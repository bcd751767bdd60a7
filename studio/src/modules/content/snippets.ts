/** A view's request in several languages. The token is the reader's own to fill in. */
import type { ListQuery } from "./query";

const indent = (text: string, by = 2) => text.replace(/\n/g, `\n${" ".repeat(by)}`);

function optionsOf(query: ListQuery): Record<string, unknown> {
  const options: Record<string, unknown> = { fields: query.fields };
  if (query.filter) options.filter = query.filter;
  if (query.search) options.search = query.search;
  if (query.sort.length) options.sort = query.sort;
  if (Object.keys(query.deep).length) options.deep = query.deep;
  return { ...options, limit: 100 };
}

/** JSON as Python writes it. */
export const asPython = (value: unknown): string => {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(asPython).join(", ")}]`;
  if (typeof value === "object") {
    return `{${Object.entries(value)
      .map(([key, inner]) => `${JSON.stringify(key)}: ${asPython(inner)}`)
      .join(", ")}}`;
  }
  return JSON.stringify(value);
};

export function snippets(
  collection: string,
  query: ListQuery,
  address: string,
  origin: string,
): Record<string, { title: string; text: string }> {
  const options = JSON.stringify(optionsOf(query), null, 2);
  const parameters = Object.entries({
    fields: query.fields.join(","),
    filter: query.filter,
    search: query.search || undefined,
    sort: query.sort.join(",") || undefined,
    deep: Object.keys(query.deep).length ? query.deep : undefined,
    limit: 100,
  }).filter(([, value]) => value !== undefined && value !== null);
  const python = parameters.map(([name, value]) =>
    typeof value === "object" ? `    "${name}": json.dumps(${asPython(value)}),` : `    "${name}": ${asPython(value)},`,
  );
  return {
    url: { title: "URL", text: address },
    curl: { title: "curl", text: `curl -H "Authorization: Bearer $TOKEN" \\\n  '${address.replaceAll("'", "%27")}'` },
    js: {
      title: "JavaScript",
      text: `import { createDirectus, readItems, rest, staticToken } from "@directus/sdk";

const client = createDirectus(${JSON.stringify(origin)}).with(staticToken(TOKEN)).with(rest());
const items = await client.request(
  readItems(${JSON.stringify(collection)}, ${indent(options)}),
);`,
    },
    python: {
      title: "Python",
      text: `import json
import httpx

answer = httpx.get(
    ${JSON.stringify(`${origin}/items/${encodeURIComponent(collection)}`)},
    headers={"Authorization": f"Bearer {TOKEN}"},
    params={
    ${python.join("\n    ")}
    },
)
items = answer.raise_for_status().json()["data"]`,
    },
  };
}
