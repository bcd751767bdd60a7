/** The words of dashboards and their panels, loaded before any code that says them runs: it gets its `t` from here. */
import { loadWords, t as said } from "../i18n";

await loadWords("insights");

export const t = said;
