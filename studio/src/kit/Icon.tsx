/** An icon by its stored name: a Lucide name, or one of the Material names that data of other dashboards has. */
import sprite from "lucide-static/sprite.svg?url";
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
  delete: "trash-2",
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
  subject: "text",
  title: "type",
  today: "calendar",
  translate: "languages",
  tune: "sliders-horizontal",
  vpn_key: "key",
  visibility: "eye",
  warning: "triangle-alert",
  work: "briefcase",
};

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
      <use href={`${sprite}#${MATERIAL[name] ?? name.replaceAll("_", "-")}`} />
    </svg>
  );
}
