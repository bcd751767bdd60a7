/** The tokens of the studio as they are now, for what draws in colours of its own. */

/** All tokens by name: `--st-fg` and so on. */
export function tokens(): Record<string, string> {
  const computed = getComputedStyle(document.documentElement);
  const names = new Set<string>();
  for (const sheet of document.styleSheets) {
    for (const rule of sheet.cssRules) {
      if (!(rule instanceof CSSStyleRule) || !rule.selectorText.startsWith(":root")) continue;
      for (const name of rule.style) if (name.startsWith("--st-")) names.add(name);
    }
  }
  return Object.fromEntries([...names].map((name) => [name, computed.getPropertyValue(name)]));
}

/** Told whenever theme, contrast, density or a theme of an extension changes. The returned function ends it. */
export function followTokens(listener: (now: Record<string, string>) => void): () => void {
  let before = JSON.stringify(tokens());
  const look = () => {
    const now = tokens();
    if (JSON.stringify(now) === before) return;
    before = JSON.stringify(now);
    listener(now);
  };
  const observer = new MutationObserver(look);
  observer.observe(document.documentElement, { attributes: true });
  observer.observe(document.head, { childList: true, subtree: true, characterData: true });
  return () => observer.disconnect();
}
