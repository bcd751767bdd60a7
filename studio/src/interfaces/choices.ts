/** The choices of a field, between what is stored and what a list shows. */
import type { Choice } from "~/kit/fields";

export interface StoredChoice {
  text?: string | null;
  value: unknown;
  icon?: string | null;
  color?: string | null;
  children?: StoredChoice[];
}

/** The choices in a field's options, whatever form they are in: objects, plain values, JSON text. */
export function storedChoices(choices: unknown): StoredChoice[] {
  if (typeof choices === "string") {
    try {
      return storedChoices(JSON.parse(choices));
    } catch {
      return [];
    }
  }
  if (!Array.isArray(choices)) return [];
  return choices.flatMap((one): StoredChoice[] => {
    if (typeof one !== "object" || one === null) return [{ value: one, text: String(one) }];
    const { children, ...choice } = one as StoredChoice;
    return [choice, ...storedChoices(children)];
  });
}

export const choiceId = (value: unknown): string => String(value);

export function toChoices(stored: readonly StoredChoice[]): Choice[] {
  return stored.map(({ text, value, color }) => ({ id: choiceId(value), text: text || String(value ?? ""), color }));
}

/** The stored value that an id stands for. */
export function valueOfId(stored: readonly StoredChoice[], id: string): unknown {
  const found = stored.find((choice) => choiceId(choice.value) === id);
  return found ? found.value : id;
}

/** A stored value as a list: arrays as they are, CSV text split. */
export function asList(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === "string" && value !== "") return value.split(",");
  return [];
}
