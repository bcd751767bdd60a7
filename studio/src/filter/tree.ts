/**
 * A filter as a tree that people can edit, and back. The wire's form is nested objects (`{author: {name: {_eq: "Mia"}}}`);
 * here a rule has its whole path (`["author", "name"]`). `_some` and `_none` are steps of a path.
 */
import type { Filter } from "~/api/types";

export interface Rule {
  id: string;
  kind: "rule";
  path: string[];
  operator: string;
  /** undefined: not said yet; the rule filters nothing. */
  value: unknown;
  /** The value as it was read, which stays even where nobody would choose it: an empty text, a list of nothing. */
  given?: unknown;
}

export interface Group {
  id: string;
  kind: "group";
  op: "and" | "or";
  /** Where the rules of the group begin: below a relation they speak of the same related item. */
  path: string[];
  children: Node[];
}

export type Node = Rule | Group;

let last = 0;
const newId = () => `n${++last}`;

export const rule = (path: string[], operator: string, value?: unknown): Rule => ({
  id: newId(),
  kind: "rule",
  path,
  operator,
  value,
});

export const group = (op: "and" | "or", children: Node[], path: string[] = []): Group => ({
  id: newId(),
  kind: "group",
  op,
  path,
  children,
});

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

const read = (path: string[], operator: string, value: unknown): Rule => ({
  ...rule(path, operator, value),
  given: value,
});

function nodesOf(value: unknown, path: string[]): Node[] {
  if (!isObject(value)) return [read(path, "_eq", value)];
  const nodes: Node[] = [];
  for (const [key, inner] of Object.entries(value)) {
    if (key === "_and" || key === "_or") {
      const children = (Array.isArray(inner) ? inner : [inner]).map((one) => single(nodesOf(one, [])));
      nodes.push(group(key === "_and" ? "and" : "or", children, path));
    } else if (key === "_some" || key === "_none") {
      const below = nodesOf(inner, []);
      const at = [...path, key];
      const [only] = below;
      // several conditions below a quantifier speak of one item together
      if (below.length === 1 && only) nodes.push({ ...only, path: [...at, ...only.path] });
      else nodes.push(group("and", below, at));
    } else if (key.startsWith("_")) {
      nodes.push(read(path, key, inner));
    } else {
      nodes.push(...nodesOf(inner, [...path, key]));
    }
  }
  return nodes;
}

const single = (nodes: Node[]): Node => (nodes.length === 1 && nodes[0] ? nodes[0] : group("and", nodes));

/** The tree of a filter. Its root is always a group. */
export function parseFilter(filter: Filter | null | undefined): Group {
  const nodes = filter ? nodesOf(filter, []) : [];
  const [only] = nodes;
  return nodes.length === 1 && only?.kind === "group" && only.path.length === 0 ? only : group("and", nodes);
}

const wrap = (path: string[], inner: Filter): Filter =>
  path.reduceRight<Filter>((all, step) => ({ [step]: all }), inner);

/** Whether a rule says something already. */
export function isComplete(one: Rule): boolean {
  if (one.path.length === 0 || one.value === undefined) return false;
  if (one.value === one.given) return true;
  if (one.value === "") return false;
  if (Array.isArray(one.value)) {
    const wanted = one.operator === "_between" || one.operator === "_nbetween" ? 2 : 1;
    return one.value.filter((value) => value !== null && value !== undefined && value !== "").length >= wanted;
  }
  return true;
}

/** Whether every rule of a tree says something. */
export const isFinished = (node: Node): boolean =>
  node.kind === "rule" ? isComplete(node) : node.children.every(isFinished);

function said(node: Node): Filter | null {
  if (node.kind === "rule") return isComplete(node) ? wrap(node.path, { [node.operator]: node.value }) : null;
  const parts = node.children.map(said).filter((part): part is Filter => part !== null);
  const [only] = parts;
  if (!only) return null;
  return wrap(node.path, parts.length === 1 ? only : { [node.op === "and" ? "_and" : "_or"]: parts });
}

/** The filter of a tree, or null when it filters nothing. Rules that say nothing yet are left out. */
export const serializeFilter = (root: Group): Filter | null => said(root);

/** The tree with one node changed, or taken away by null. Groups stay, even empty. */
export function replaceNode(root: Group, id: string, node: Node | null): Group {
  if (root.id === id && node?.kind === "group") return node;
  return {
    ...root,
    children: root.children.flatMap((child) => {
      if (child.id === id) return node ? [node] : [];
      return [child.kind === "group" ? replaceNode(child, id, node) : child];
    }),
  };
}

/** How many rules a tree has. */
export const countRules = (node: Node): number =>
  node.kind === "rule" ? 1 : node.children.reduce((sum, child) => sum + countRules(child), 0);

/** Two filters at once. */
export function bothFilters(...filters: (Filter | null | undefined)[]): Filter | null {
  const given = filters.filter((one): one is Filter => !!one && Object.keys(one).length > 0);
  return given.length > 1 ? { _and: given } : (given[0] ?? null);
}

/** Whether two filters are written the same. */
export const sameFilter = (one: Filter | null | undefined, other: Filter | null | undefined): boolean =>
  JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
