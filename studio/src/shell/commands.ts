/**
 * What the command palette offers beside collections and items. A module registers its pages and actions beside its
 * routes; they are loaded, with their words, when the palette is opened for the first time:
 *
 *     registerCommands(async (person) => (person.admin_access ? (await import("./commands")).commands() : []));
 */
import type { ReactNode } from "react";
import type { Globals, User } from "~/api/types";

export interface PaletteCommand {
  id: string;
  text: string;
  /** What else it is found by. */
  keywords?: string;
  /** What it belongs to, as "Settings"; shown beside it. */
  context?: string;
  icon?: ReactNode;
  keys?: string;
  href?: string;
  run?: () => void;
}

export type CommandSource = (person: User & Globals) => Promise<PaletteCommand[]>;

const sources = new Set<CommandSource>();

/** Offer commands, asked for each time that the palette opens. The returned function takes them back. */
export function registerCommands(source: CommandSource): () => void {
  sources.add(source);
  return () => sources.delete(source);
}

/** What all sources offer; one that fails takes away no other's. */
export const allCommands = async (person: User & Globals): Promise<PaletteCommand[]> =>
  (await Promise.all([...sources].map((source) => source(person).catch(() => [])))).flat();

/** How well a text answers what was typed: 0 not at all; every word typed has to begin a word of the text, or be in it. */
export function score(typed: string, ...texts: (string | undefined)[]): number {
  const words = normal(typed).split(/\s+/).filter(Boolean);
  if (words.length === 0) return 1;
  const [title = "", ...others] = texts.map((text) => normal(text ?? ""));
  let sum = 0;
  for (const word of words) {
    if (title.startsWith(word)) sum += 8;
    else if (title.includes(` ${word}`)) sum += 5;
    else if (title.includes(word)) sum += 3;
    else if (others.some((text) => text.startsWith(word) || text.includes(` ${word}`))) sum += 2;
    else return 0;
  }
  return sum / words.length + 1 / (title.length + 1);
}

const normal = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/\p{Diacritic}/gu, "")
    .toLowerCase();
