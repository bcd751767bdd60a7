/** What a browser says of itself, in few words: "Firefox · Windows". */
const BROWSERS: [RegExp, string][] = [
  [/\bEdg(?:e|A|iOS)?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\b(?:Chrome|CriOS|HeadlessChrome)\//, "Chrome"],
  [/\bVersion\/[\d.]+.*Safari\//, "Safari"],
];
const SYSTEMS: [RegExp, string][] = [
  [/\bAndroid\b/, "Android"],
  [/\b(?:iPhone|iPad|iPod)\b/, "iOS"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b/, "macOS"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"],
];

const first = (among: readonly [RegExp, string][], text: string) => among.find(([pattern]) => pattern.test(text))?.[1];

/** Null where nothing is said. Programs are called what they call themselves. */
export function deviceName(userAgent: string | null): string | null {
  if (!userAgent) return null;
  const found = [first(BROWSERS, userAgent), first(SYSTEMS, userAgent)].filter(Boolean);
  return found.length ? found.join(" · ") : userAgent;
}

export const isPhone = (userAgent: string | null): boolean => /\b(?:Mobile|iPhone|Android)\b/.test(userAgent ?? "");
