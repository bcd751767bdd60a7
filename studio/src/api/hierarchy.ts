/** Things that name the one above them by its id: folders of files, roles. */

interface Below {
  id: string;
  parent: string | null;
}

/** All of them in the order of a tree. What lies below something that may not be seen stands at the top. */
export function treeOf<T extends Below>(all: readonly T[]): { one: T; depth: number }[] {
  const known = new Set(all.map((one) => one.id));
  const below = (parent: string | null, depth: number, seen: ReadonlySet<string>): { one: T; depth: number }[] =>
    all
      .filter((one) => (one.parent !== null && known.has(one.parent) ? one.parent : null) === parent)
      .filter((one) => !seen.has(one.id))
      .flatMap((one) => [{ one, depth }, ...below(one.id, depth + 1, new Set([...seen, one.id]))]);
  return below(null, 0, new Set());
}

/** One of them with all below it. */
export function within(all: readonly Below[], id: string): Set<string> {
  const found = new Set([id]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const one of all) {
      if (one.parent !== null && found.has(one.parent) && !found.has(one.id)) {
        found.add(one.id);
        grown = true;
      }
    }
  }
  return found;
}

/** Those above one of them, nearest first. A circle ends where it closes. */
export function aboveOf<T extends Below>(all: readonly T[], id: string | null): T[] {
  const found: T[] = [];
  for (let one = all.find((other) => other.id === id); one && !found.includes(one); ) {
    found.push(one);
    const { parent } = one;
    one = all.find((other) => other.id === parent);
  }
  return found;
}
