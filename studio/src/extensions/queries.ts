/** The queries of an extension's panel: its manifest's templates, filled with the panel's options. */
import type { PanelQuery } from "./contract";
import type { QueryTemplate } from "./extension";

const WHOLE = /^\{\{\s*options\.([\w-]+)\s*\}\}$/;
const PART = /\{\{\s*options\.([\w-]+)\s*\}\}/g;

/** null where an option that a query names is not set. */
export function filledQueries(
  templates: readonly QueryTemplate[],
  options: Record<string, unknown>,
): PanelQuery[] | null {
  let missing = false;
  const value = (name: string): unknown => {
    const found = options[name];
    if (found === null || found === undefined || found === "") missing = true;
    return found;
  };
  const fill = (template: unknown): unknown => {
    if (typeof template === "string") {
      const name = WHOLE.exec(template)?.[1];
      return name ? value(name) : template.replace(PART, (_, one: string) => String(value(one) ?? ""));
    }
    if (Array.isArray(template)) return template.map(fill);
    if (template === null || typeof template !== "object") return template;
    return Object.fromEntries(Object.entries(template).map(([key, one]) => [String(fill(key)), fill(one)]));
  };
  const queries = templates.map(({ id, ...template }) => {
    const { collection, ...query } = fill(template) as { collection: unknown } & PanelQuery["query"];
    return { id, collection: String(collection ?? ""), query };
  });
  return missing ? null : queries;
}
