/** Values of variables in the options of panels: `{{ status }}` in any text of them. */

type Variables = Readonly<Record<string, unknown>>;

const WHOLE = /^\{\{\s*([\w.-]+)\s*\}\}$/;
const PART = /\{\{\s*([\w.-]+)\s*\}\}/g;
const isSet = (value: unknown): boolean => value !== null && value !== undefined && value !== "";

/** A text that is nothing but a variable becomes its value, of whatever type. Others keep what is no variable's name. */
function inText(text: string, variables: Variables): unknown {
  const name = WHOLE.exec(text)?.[1];
  if (name !== undefined && name in variables) return variables[name];
  return text.replace(PART, (whole, one: string) => (one in variables ? String(variables[one] ?? "") : whole));
}

/** A filter without the rules whose variable has no value; undefined where none is left. */
function inFilter(filter: unknown, variables: Variables): unknown {
  if (typeof filter === "string") {
    const value = inText(filter, variables);
    return value !== filter && !isSet(value) ? undefined : value;
  }
  if (Array.isArray(filter)) {
    const kept = filter.map((one) => inFilter(one, variables)).filter((one) => one !== undefined);
    return filter.length > 0 && kept.length === 0 ? undefined : kept;
  }
  if (filter === null || typeof filter !== "object") return filter;
  const entries = Object.entries(filter).flatMap(([key, value]) => {
    const next = inFilter(value, variables);
    return next === undefined ? [] : [[key, next] as const];
  });
  return Object.keys(filter).length > 0 && entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** Options with the values of variables. Display templates speak of an item's own fields and stay as they are. */
export function withVariables(options: Record<string, unknown>, variables: Variables): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => {
      if (name === "filter") return [name, inFilter(value, variables)];
      if (typeof value !== "string" || /template$/i.test(name)) return [name, value];
      return [name, inText(value, variables)];
    }),
  );
}
