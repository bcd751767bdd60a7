/** Which rows and cells the rules of a view mark. */
import type { Filter, Item } from "~/api/types";
import { type Group, parseFilter } from "~/filter/tree";
import { matches, type RuleVariables } from "~/form/rules";
import type { Mark, Tint } from "~/grid/tint";
import type { ColourRule } from "../colours";

/** What an item's row looks like. The same item is judged once; the first rule that fits a row or a cell counts. */
export function tintsOf(rules: readonly ColourRule[], variables: RuleVariables): (item: Item) => Tint | undefined {
  const known = new WeakMap<Item, Tint | null>();
  return (item) => {
    const before = known.get(item);
    if (before !== undefined) return before ?? undefined;
    let row: Mark | undefined;
    const cells: Record<string, Mark> = {};
    for (const { filter, tone, column, name } of rules) {
      const taken = column === null ? row : cells[column];
      if (taken || !filter || !matches(filter, item, variables)) continue;
      if (column === null) row = { tone, name };
      else cells[column] = { tone, name };
    }
    const tint = row || Object.keys(cells).length ? { row, cells } : null;
    known.set(item, tint);
    return tint ?? undefined;
  };
}

const stepsOf = (group: Group): string[] =>
  group.children.flatMap((node) =>
    node.kind === "rule"
      ? [[...group.path, ...node.path].join(".")]
      : stepsOf({ ...node, path: [...group.path, ...node.path] }),
  );

/** The fields that a rule looks at, as paths. */
export const pathsOf = (filter: Filter): string[] =>
  stepsOf(parseFilter(filter)).map((path) => /\(([^)]*)\)/.exec(path)?.[1] ?? path);
