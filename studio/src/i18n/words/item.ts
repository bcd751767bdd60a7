/** The words of forms and the page of an item, loaded before any code that says them runs: it gets its `t` from here. */
import { loadWords, t as said } from "../i18n";

await loadWords("item");

export const t = said;
