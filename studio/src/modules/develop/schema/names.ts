/** Names for tables and columns from what a person calls a thing. */
import { readable } from "~/api/names";
import { locale } from "~/i18n/i18n";

const LETTERS: Record<string, string> = { ä: "ae", ö: "oe", ü: "ue", ß: "ss", æ: "ae", ø: "o", å: "a", ł: "l", đ: "d" };

/** "Über uns" → "ueber_uns". Letters that have no Latin form stay as they are: databases take them. */
export function nameOf(label: string): string {
  return label
    .trim()
    .toLowerCase()
    .replace(/[äöüßæøåłđ]/g, (letter) => LETTERS[letter] ?? letter)
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
    .replace(/[^\p{Letter}\p{Number}]+/gu, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 60);
}

/** The name, or the name with a number where it is taken. */
export function free(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let number = 2; ; number++) if (!taken.has(`${name}_${number}`)) return `${name}_${number}`;
}

/** What has to be kept beside a name so that people see what was typed; null where the name says it already. */
export function translationsOf(label: string, name: string): { language: string; translation: string }[] | null {
  const text = label.trim();
  return text === "" || readable(name).toLowerCase() === text.toLowerCase()
    ? null
    : [{ language: locale() === "en" ? "en-US" : locale(), translation: text }];
}

/** Why a name can't be taken, as the end of a message id; null when it can. */
export function nameProblem(name: string, taken: ReadonlySet<string>): "empty" | "taken" | "system" | "slash" | null {
  if (!name) return "empty";
  if (name.startsWith("directus_")) return "system";
  if (name.includes("/")) return "slash";
  return taken.has(name) ? "taken" : null;
}
