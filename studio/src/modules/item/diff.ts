/** Which words of a text are not in another one, in order: the longest common subsequence of words. */

export interface Piece {
  text: string;
  /** Not in the other text. */
  changed: boolean;
}

/** Beyond this many words the texts are only compared from both ends. */
const MOST = 1500;

export function pieces(text: string, other: string): Piece[] {
  const [own, foreign] = [split(text), split(other)];
  let start = 0;
  while (start < own.length && start < foreign.length && own[start] === foreign[start]) start++;
  let end = 0;
  while (
    end < own.length - start &&
    end < foreign.length - start &&
    own[own.length - 1 - end] === foreign[foreign.length - 1 - end]
  )
    end++;
  const middle = own.slice(start, own.length - end);
  const kept = common(middle, foreign.slice(start, foreign.length - end));
  return joined([
    ...own.slice(0, start).map((word) => ({ text: word, changed: false })),
    ...middle.map((word, index) => ({ text: word, changed: !kept.has(index) })),
    ...own.slice(own.length - end).map((word) => ({ text: word, changed: false })),
  ]);
}

const split = (text: string): string[] => text.match(/\s+|[^\s]+/g) ?? [];

/** Places in `a` that are part of the longest common subsequence with `b`. */
function common(a: readonly string[], b: readonly string[]): Set<number> {
  const kept = new Set<number>();
  if (a.length === 0 || b.length === 0 || a.length > MOST || b.length > MOST) return kept;
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      kept.add(i++);
      j++;
    } else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return kept;
}

function joined(words: readonly Piece[]): Piece[] {
  const result: Piece[] = [];
  for (const word of words) {
    const last = result.at(-1);
    if (last && last.changed === word.changed) last.text += word.text;
    else result.push({ ...word });
  }
  return result;
}
