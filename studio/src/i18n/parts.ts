/**
 * In which chunks words come. `first` is all that log-in needs, `rest` what every page for somebody who is signed in may
 * need at once; the others come with the code of their rooms, which imports `i18n/words/PART`.
 */
export const LOCALES = ["en", "de", "ar"] as const;
export const PARTS = ["first", "rest", "setup", "list", "item", "files", "account", "insights", "admin"] as const;
export type Part = (typeof PARTS)[number];

const ROOMS: [RegExp, Part][] = [
  [/^(?:shell|modules\/auth|)$/, "first"],
  [/^(?:activity|modules\/content\/tools)$/, "list"],
  [/^(?:form|interfaces|relations|modules\/item)$/, "item"],
  [/^modules\/setup$/, "setup"],
  [/^modules\/files$/, "files"],
  [/^modules\/account$/, "account"],
  [/^(?:panels|modules\/insights)$/, "insights"],
  [/^modules\/(?:access|develop|people|settings)$/, "admin"],
];

/** The part that a file below `src` belongs to: `ROOM/messages/LOCALE.json`. */
export function partOf(file: string): Part {
  const room = file.replaceAll("\\", "/").replace(/\/?messages\/[^/]*$/, "");
  return ROOMS.find(([pattern]) => pattern.test(room))?.[1] ?? "rest";
}
