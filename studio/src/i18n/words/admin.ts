/** The words of people, access, settings and what superusers build with, loaded before any code that says them runs: it gets its `t` from here. */
import { loadWords, t as said } from "../i18n";

await loadWords("admin");

export const t = said;
