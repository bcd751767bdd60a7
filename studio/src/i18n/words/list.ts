/** The words of what lists open on demand, loaded before any code that says them runs: it gets its `t` from here. */
import { loadWords, t as said } from "../i18n";

await loadWords("list");

export const t = said;
