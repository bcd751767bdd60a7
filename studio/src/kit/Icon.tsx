/** An icon by its stored name: a Lucide name, or one of the Material names that data of other dashboards has. */
import sprites from "virtual:icons";
import { useEffect, useState } from "react";
import { cx } from "./style";

const MATERIAL: Record<string, string> = {
  add: "plus",
  article: "newspaper",
  attach_money: "dollar-sign",
  box: "box",
  category: "shapes",
  check_circle: "circle-check",
  close: "x",
  dashboard: "layout-dashboard",
  delete: "trash",
  description: "file-text",
  edit: "pencil",
  email: "mail",
  error: "circle-alert",
  event: "calendar",
  favorite: "heart",
  group: "users",
  help: "circle-question-mark",
  home: "house",
  inventory: "package",
  inventory_2: "package",
  label: "tag",
  language: "languages",
  launch: "external-link",
  local_offer: "tag",
  location_on: "map-pin",
  note: "sticky-note",
  notes: "notebook-pen",
  open_in_new: "external-link",
  payments: "banknote",
  people: "users",
  perm_media: "images",
  person: "user",
  phone: "phone",
  photo: "image",
  place: "map-pin",
  public: "globe",
  schedule: "clock",
  sell: "tag",
  shopping_bag: "shopping-bag",
  store: "store",
  subject: "text-align-start",
  title: "type",
  today: "calendar",
  translate: "languages",
  tune: "sliders-horizontal",
  vpn_key: "key",
  visibility: "eye",
  warning: "triangle-alert",
  work: "briefcase",
};

/** The names in each sprite, by its letter, as far as they are known. */
const known = new Map<string, ReadonlySet<string>>();
const asked = new Map<string, Promise<ReadonlySet<string>>>();

/** The names of the icons that begin with a letter. */
function namesIn(letter: string): Promise<ReadonlySet<string>> {
  const before = asked.get(letter);
  if (before) return before;
  const names = fetch(sprites[letter] ?? "").then(async (answer) => {
    const found = new Set([...(await answer.text()).matchAll(/<symbol id="([^"]+)"/g)].map((match) => match[1] ?? ""));
    known.set(letter, found);
    return found;
  });
  asked.set(letter, names);
  names.catch(() => asked.delete(letter)); // the next one who asks tries again
  return names;
}

/** The names of all icons there are. */
export async function iconNames(): Promise<ReadonlySet<string>> {
  return new Set((await Promise.all(Object.keys(sprites).map(namesIn))).flatMap((names) => [...names]));
}

/** What is drawn in an icon of 24 by 24, for those who can't refer to a sprite; a box for what they have not. */
export async function iconMarkup(name: string): Promise<string> {
  const wanted = stored(name);
  const letter = letterOf(wanted);
  const found = sprites[letter] && (await namesIn(letter)).has(wanted) ? wanted : "box";
  // the browser has it from before
  const text = await (await fetch(sprites[letterOf(found)] ?? "")).text();
  return new RegExp(`<symbol id="${found}"[^>]*>(.*?)</symbol>`, "s").exec(text)?.[1] ?? "";
}

const stored = (name: string): string => MATERIAL[name] ?? name.replaceAll("_", "-");
const letterOf = (name: string): string => name[0] ?? "";

/** The name in the sprites; a box for what they have not, as soon as that is known. */
function useIconName(name: string): string {
  const wanted = stored(name);
  const letter = letterOf(wanted);
  const [, look] = useState(known.get(letter));
  useEffect(() => {
    if (sprites[letter] && !known.has(letter)) namesIn(letter).then(look, () => undefined);
  }, [letter]);
  const names = known.get(letter);
  return sprites[letter] && (!names || names.has(wanted)) ? wanted : "box";
}

export function Icon({ name, size = 16, className }: { name: string; size?: number; className?: string }) {
  const drawn = useIconName(name);
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth={1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
      className={cx("shrink-0", className)}
    >
      <use href={`${sprites[letterOf(drawn)]}#${drawn}`} />
    </svg>
  );
}
