/** Examples of requests for a collection, with its real fields, in several languages and both protocols. */
import type { Collection, Field } from "~/api/types";

export type Protocol = "directus" | "pocketbase";
export type Language = "curl" | "js" | "python" | "graphql";
export type Operation = "list" | "one" | "create" | "update" | "delete" | "realtime";

export interface Example {
  operation: Operation;
  method: string;
  /** Path with its query. */
  path: string;
  /** The permission's action, or the rule's name. */
  needs: string;
  code: Partial<Record<Language, string>>;
}

export interface Subject {
  collection: Collection;
  fields: readonly Field[];
  /** The server's address, without a slash at its end. */
  origin: string;
  /** The key of an item that is there, if any. */
  key?: string | number;
}

const GENERATED = /^(date|user|role)-(created|updated)$/;

const isWritable = (field: Field): boolean =>
  field.schema !== null &&
  !field.schema.is_generated &&
  !field.meta?.special?.some((one) => GENERATED.test(one)) &&
  !(field.schema.is_primary_key && (field.schema.has_auto_increment || field.meta?.special?.includes("uuid"))) &&
  !field.schema.foreign_key_table;

/** A value that a field would take. */
export function exampleValue(field: Field): unknown {
  const choices = field.meta?.options?.choices as { value: unknown }[] | undefined;
  if (choices?.[0]?.value !== undefined) return field.type === "json" ? [choices[0].value] : choices[0].value;
  switch (field.type) {
    case "integer":
    case "bigInteger":
      return 42;
    case "float":
    case "decimal":
      return 9.99;
    case "boolean":
      return true;
    case "date":
      return "2026-05-01";
    case "time":
      return "12:30:00";
    case "dateTime":
      return "2026-05-01T12:30:00";
    case "timestamp":
      return "2026-05-01T12:30:00Z";
    case "json":
      return field.meta?.interface === "tags" ? ["new"] : {};
    case "csv":
      return ["new"];
    case "uuid":
      return "7c5ba2a5-9b3c-4c0e-9c0d-4b7a2f1b0a11";
    default:
      return field.type.startsWith("geometry")
        ? { type: "Point", coordinates: [13.4, 52.5] }
        : `Example ${field.field}`;
  }
}

export function exampleBody(fields: readonly Field[]): Record<string, unknown> {
  const writable = fields.filter(isWritable);
  const needed = writable.filter((field) => field.meta?.required || field.schema?.is_primary_key);
  const shown = [...new Set([...needed, ...writable.filter((field) => !field.meta?.hidden)])].slice(0, 5);
  return Object.fromEntries(shown.map((field) => [field.field, exampleValue(field)]));
}

const pretty = (value: unknown) => JSON.stringify(value, null, 2);
const indented = (text: string, by: number) => text.replaceAll("\n", `\n${" ".repeat(by)}`);
const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
/** JSON as Python writes it. */
export function pythonValue(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (Array.isArray(value)) return `[${value.map(pythonValue).join(", ")}]`;
  if (typeof value === "object")
    return `{${Object.entries(value)
      .map(([name, inner]) => `${JSON.stringify(name)}: ${pythonValue(inner)}`)
      .join(", ")}}`;
  return JSON.stringify(value);
}

function curl(method: string, url: string, body?: unknown): string {
  const lines = [`curl ${method === "GET" ? "" : `-X ${method} `}${quote(url)}`, `-H "Authorization: Bearer $TOKEN"`];
  if (body !== undefined) lines.push("-H 'Content-Type: application/json'", `-d ${quote(JSON.stringify(body))}`);
  return lines.join(" \\\n  ");
}

function python(method: string, url: string, body?: unknown): string {
  const call = method.toLowerCase();
  const json = body === undefined ? "" : `\n    json=${pythonValue(body)},`;
  return [
    "import os",
    "",
    "import httpx",
    "",
    `answer = httpx.${call}(`,
    `    ${JSON.stringify(url)},`,
    `    headers={"Authorization": f"Bearer {os.environ['TOKEN']}"},${json}`,
    ")",
    "answer.raise_for_status()",
    method === "DELETE" ? "" : "print(answer.json())",
  ]
    .join("\n")
    .trimEnd();
}

/** The fields to show in a list: the key, and what people see first. */
export function shownFields(fields: readonly Field[]): string[] {
  const key = fields.filter((field) => field.schema?.is_primary_key);
  const rest = fields.filter((field) => field.schema && !field.schema.is_primary_key && !field.meta?.hidden);
  return [...key, ...rest.slice(0, 4)].map((field) => field.field);
}

export function examples(protocol: Protocol, subject: Subject): Example[] {
  return protocol === "directus" ? directus(subject) : pocketbase(subject);
}

function directus({ collection, fields, origin, key }: Subject): Example[] {
  const name = collection.collection;
  const system = name.startsWith("directus_");
  const base = system ? `/${name.slice("directus_".length)}` : `/items/${encodeURIComponent(name)}`;
  const id = key ?? exampleKey(fields);
  const shown = shownFields(fields);
  // GraphQL wants to know what of a linked item is asked for
  const selection = shown.map((one) => {
    const schema = fields.find((field) => field.field === one)?.schema;
    return schema?.foreign_key_table && schema.foreign_key_column ? `${one} { ${schema.foreign_key_column} }` : one;
  });
  const body = exampleBody(fields);
  const change = Object.fromEntries(Object.entries(body).slice(0, 1));
  const singleton = collection.meta?.singleton === true;
  const list = singleton ? base : `${base}?fields=${shown.join(",")}&limit=10`;
  const one = `${base}/${encodeURIComponent(String(id))}`;
  const js = (call: string, ...names: string[]) =>
    [
      `import { createDirectus, rest, staticToken, ${names.join(", ")} } from "@directus/sdk";`,
      "",
      `const client = createDirectus("${origin}").with(staticToken(process.env.TOKEN)).with(rest());`,
      call,
      ...(/^const (\w+)/.test(call) ? [`console.log(${/^const (\w+)/.exec(call)?.[1]});`] : []),
    ].join("\n");
  const endpoint = (method: string, path: string, data?: unknown) =>
    js(
      `const result = await client.request(customEndpoint({ method: "${method}", path: "${path}"${data === undefined ? "" : `, body: JSON.stringify(${JSON.stringify(data)})`} }));`,
      "customEndpoint",
    );
  const ask = (call: string, of: string, path: string, method: string, data?: unknown) =>
    system ? endpoint(method, path, data) : js(call, of);
  const read = indented(pretty({ fields: shown, limit: 10 }), 0);
  const query = system
    ? undefined
    : `query {\n  ${name}${singleton ? "" : "(limit: 10)"} {\n    ${selection.join("\n    ")}\n  }\n}`;
  const found: Example[] = [
    {
      operation: "list",
      method: "GET",
      path: list,
      needs: "read",
      code: {
        curl: curl("GET", origin + list),
        js: singleton
          ? ask(`const item = await client.request(readSingleton("${name}"));`, "readSingleton", base, "GET")
          : ask(`const items = await client.request(readItems("${name}", ${read}));`, "readItems", list, "GET"),
        python: python("GET", origin + list),
        graphql: query && graphql(origin, query),
      },
    },
  ];
  if (singleton) {
    found.push({
      operation: "update",
      method: "PATCH",
      path: base,
      needs: "update",
      code: {
        curl: curl("PATCH", origin + base, change),
        js: ask(
          `await client.request(updateSingleton("${name}", ${pretty(change)}));`,
          "updateSingleton",
          base,
          "PATCH",
          change,
        ),
        python: python("PATCH", origin + base, change),
      },
    });
    return found;
  }
  const idText = JSON.stringify(id);
  const arguments_ = (data: unknown) =>
    indented(pretty(data), 0)
      .replace(/"(\w+)":/g, "$1:")
      .replace(/\n\s*/g, " ");
  found.push(
    {
      operation: "one",
      method: "GET",
      path: one,
      needs: "read",
      code: {
        curl: curl("GET", origin + one),
        js: ask(`const item = await client.request(readItem("${name}", ${idText}));`, "readItem", one, "GET"),
        python: python("GET", origin + one),
        graphql: system
          ? undefined
          : graphql(origin, `query {\n  ${name}_by_id(id: ${idText}) {\n    ${selection.join("\n    ")}\n  }\n}`),
      },
    },
    {
      operation: "create",
      method: "POST",
      path: base,
      needs: "create",
      code: {
        curl: curl("POST", origin + base, body),
        js: ask(
          `const item = await client.request(createItem("${name}", ${pretty(body)}));`,
          "createItem",
          base,
          "POST",
          body,
        ),
        python: python("POST", origin + base, body),
        graphql: system
          ? undefined
          : graphql(origin, `mutation {\n  create_${name}_item(data: ${arguments_(body)}) {\n    ${shown[0]}\n  }\n}`),
      },
    },
    {
      operation: "update",
      method: "PATCH",
      path: one,
      needs: "update",
      code: {
        curl: curl("PATCH", origin + one, change),
        js: ask(
          `const item = await client.request(updateItem("${name}", ${idText}, ${pretty(change)}));`,
          "updateItem",
          one,
          "PATCH",
          change,
        ),
        python: python("PATCH", origin + one, change),
        graphql: system
          ? undefined
          : graphql(
              origin,
              `mutation {\n  update_${name}_item(id: ${idText}, data: ${arguments_(change)}) {\n    ${shown[0]}\n  }\n}`,
            ),
      },
    },
    {
      operation: "delete",
      method: "DELETE",
      path: one,
      needs: "delete",
      code: {
        curl: curl("DELETE", origin + one),
        js: ask(`await client.request(deleteItem("${name}", ${idText}));`, "deleteItem", one, "DELETE"),
        python: python("DELETE", origin + one),
        graphql: system
          ? undefined
          : graphql(origin, `mutation {\n  delete_${name}_item(id: ${idText}) {\n    id\n  }\n}`),
      },
    },
    {
      operation: "realtime",
      method: "WS",
      path: "/websocket",
      needs: "read",
      code: {
        js: [
          `import { createDirectus, realtime, staticToken } from "@directus/sdk";`,
          "",
          `const client = createDirectus("${origin}").with(staticToken(process.env.TOKEN)).with(realtime());`,
          "await client.connect();",
          `const { subscription } = await client.subscribe("${name}", { query: { fields: ${JSON.stringify(shown)} } });`,
          "for await (const event of subscription) console.log(event);",
        ].join("\n"),
      },
    },
  );
  return found;
}

function graphql(origin: string, query: string): string {
  return `# POST ${origin}/graphql\n${query}`;
}

function exampleKey(fields: readonly Field[]): string | number {
  const key = fields.find((field) => field.schema?.is_primary_key);
  return key?.type === "integer" || key?.type === "bigInteger" ? 1 : String(key ? exampleValue(key) : "ID");
}

function pocketbase({ collection, fields, origin, key }: Subject): Example[] {
  const name = collection.collection;
  const base = `/api/collections/${encodeURIComponent(name)}/records`;
  const id = String(key ?? exampleKey(fields));
  const body = exampleBody(fields);
  const change = Object.fromEntries(Object.entries(body).slice(0, 1));
  const list = `${base}?page=1&perPage=10`;
  const one = `${base}/${encodeURIComponent(id)}`;
  const js = (call: string) =>
    [
      `import PocketBase from "pocketbase";`,
      "",
      `const pb = new PocketBase("${origin}");`,
      "pb.authStore.save(process.env.TOKEN, null);",
      call,
      ...(/^const (\w+)/.test(call) ? [`console.log(${/^const (\w+)/.exec(call)?.[1]});`] : []),
    ].join("\n");
  const on = `pb.collection("${name}")`;
  return [
    {
      operation: "list",
      method: "GET",
      path: list,
      needs: "listRule",
      code: {
        curl: curl("GET", origin + list),
        js: js(`const page = await ${on}.getList(1, 10);`),
        python: python("GET", origin + list),
      },
    },
    {
      operation: "one",
      method: "GET",
      path: one,
      needs: "viewRule",
      code: {
        curl: curl("GET", origin + one),
        js: js(`const record = await ${on}.getOne("${id}");`),
        python: python("GET", origin + one),
      },
    },
    {
      operation: "create",
      method: "POST",
      path: base,
      needs: "createRule",
      code: {
        curl: curl("POST", origin + base, body),
        js: js(`const record = await ${on}.create(${pretty(body)});`),
        python: python("POST", origin + base, body),
      },
    },
    {
      operation: "update",
      method: "PATCH",
      path: one,
      needs: "updateRule",
      code: {
        curl: curl("PATCH", origin + one, change),
        js: js(`const record = await ${on}.update("${id}", ${pretty(change)});`),
        python: python("PATCH", origin + one, change),
      },
    },
    {
      operation: "delete",
      method: "DELETE",
      path: one,
      needs: "deleteRule",
      code: {
        curl: curl("DELETE", origin + one),
        js: js(`await ${on}.delete("${id}");`),
        python: python("DELETE", origin + one),
      },
    },
    {
      operation: "realtime",
      method: "SSE",
      path: "/api/realtime",
      needs: "listRule",
      code: { js: js(`await ${on}.subscribe("*", (event) => console.log(event.action, event.record));`) },
    },
  ];
}
