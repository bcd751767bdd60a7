/** An icon by its stored name: a Lucide name, or one of the Material names that data of other dashboards has. */
import sprite from "lucide-static/sprite.svg?url";
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

let known: ReadonlySet<string> | null = null;
let asked: Promise<ReadonlySet<string>> | null = null;

/** The names of all icons there are. */
export function iconNames(): Promise<ReadonlySet<string>> {
  asked ??= fetch(sprite).then(async (answer) => {
    known = new Set([...(await answer.text()).matchAll(/<symbol id="([^"]+)"/g)].map((match) => match[1] ?? ""));
    return known;
  });
  asked.catch(() => {
    asked = null; // the next one who asks tries again
  });
  return asked;
}

/** What is drawn in an icon of 24 by 24, for those who can't refer to the sprite; a box for what it has not. */
export async function iconMarkup(name: string): Promise<string> {
  const names = await iconNames();
  const wanted = stored(name);
  const found = names.has(wanted) ? wanted : "box";
  // the browser has it from before
  const text = await (await fetch(sprite)).text();
  return new RegExp(`<symbol id="${found}"[^>]*>(.*?)</symbol>`, "s").exec(text)?.[1] ?? "";
}

const stored = (name: string): string => MATERIAL[name] ?? name.replaceAll("_", "-");

/** The name in the sprite; a box for what it has not, as soon as that is known. */
function useIconName(name: string): string {
  const [, look] = useState(known);
  useEffect(() => {
    if (!known) iconNames().then(look, () => undefined);
  }, []);
  const wanted = stored(name);
  return !known || known.has(wanted) ? wanted : "box";
}

export function Icon({ name, size = 16, className }: { name: string; size?: number; className?: string }) {
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
      <use href={`${sprite}#${useIconName(name)}`} />
    </svg>
  );
}
