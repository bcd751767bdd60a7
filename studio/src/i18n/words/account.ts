/** The words of one's account, loaded before any code that says them runs: it gets its `t` from here. */
import { loadWords, t as said } from "../i18n";

await loadWords("account");

export const t = said;
