/** Collections in their folders, and what changes when one is moved. */
import type { Collection } from "~/api/types";

export interface Branch {
  collection: Collection;
  children: Branch[];
}

export const isFolder = (one: Collection): boolean => one.schema === null;
export const isSystem = (one: Collection): boolean =>
  one.meta?.system === true || one.collection.startsWith("directus_");
/** Tables of the database that the studio was told nothing about. */
export const isUnmanaged = (one: Collection): boolean => one.meta === null && !isSystem(one);

const place = (one: Collection) => one.meta?.sort ?? Number.MAX_SAFE_INTEGER;

/** The managed collections as a tree. One whose folder is gone stands at the top. */
export function treeOf(collections: readonly Collection[]): Branch[] {
  const own = collections.filter((one) => one.meta !== null && !isSystem(one));
  const names = new Set(own.map((one) => one.collection));
  const below = (group: string | null, seen: ReadonlySet<string>): Branch[] =>
    own
      .filter((one) => {
        const parent = one.meta?.group && names.has(one.meta.group) ? one.meta.group : null;
        return parent === group && !seen.has(one.collection);
      })
      .sort((a, b) => place(a) - place(b) || a.collection.localeCompare(b.collection))
      .map((collection) => ({
        collection,
        children: below(collection.collection, new Set([...seen, collection.collection])),
      }));
  return below(null, new Set());
}

export interface Move {
  collection: string;
  meta: { sort: number; group: string | null };
}

/** Whether a branch is, or holds, a collection. */
const holds = (branch: Branch, name: string): boolean =>
  branch.collection.collection === name || branch.children.some((child) => holds(child, name));

const find = (tree: readonly Branch[], name: string): Branch | undefined => {
  for (const branch of tree) {
    if (branch.collection.collection === name) return branch;
    const found = find(branch.children, name);
    if (found) return found;
  }
  return undefined;
};

/**
 * The new places after `names` are put before, after or into `target`; null where that can't be: into themselves, or
 * into what is no folder. Places of all others in that folder are told too.
 */
export function moved(
  collections: readonly Collection[],
  names: readonly string[],
  target: string,
  position: "before" | "after" | "on",
): Move[] | null {
  const tree = treeOf(collections);
  const goal = find(tree, target);
  if (!goal) return null;
  if (names.some((name) => holds(find(tree, name) ?? { collection: goal.collection, children: [] }, target)))
    return null;
  if (position === "on" && !isFolder(goal.collection)) return null;
  const parentOf = (name: string) => {
    const group = find(tree, name)?.collection.meta?.group ?? null;
    return group && find(tree, group) ? group : null;
  };
  const group = position === "on" ? target : parentOf(target);
  const siblings = (group === null ? tree : (find(tree, group)?.children ?? [])).map(
    (branch) => branch.collection.collection,
  );
  const rest = siblings.filter((name) => !names.includes(name));
  const at = position === "on" ? rest.length : rest.indexOf(target) + (position === "after" ? 1 : 0);
  const order = [...rest.slice(0, at), ...names, ...rest.slice(at)];
  return order.map((collection, index) => ({ collection, meta: { sort: index + 1, group } }));
}
