/** What a new field can be, in plain words: each a type with an interface, specials and defaults. */
import {
  AlignLeft,
  Braces,
  Calendar,
  CalendarClock,
  CircleUserRound,
  Clock,
  FileText,
  Fingerprint,
  Folder,
  Hash,
  Image,
  KeyRound,
  Languages,
  Link2,
  List,
  ListChecks,
  ListTree,
  type LucideIcon,
  MapPin,
  Minus,
  Network,
  Palette,
  Paperclip,
  Percent,
  Shapes,
  SlidersHorizontal,
  SquareCheck,
  SquarePen,
  Tag,
  ToggleRight,
  Type,
  Waypoints,
} from "lucide-react";
import type { Width } from "~/api/types";

export type LinkKind = "link" | "back" | "tree" | "any" | "user" | "file" | "files" | "translations";

export interface FieldKind {
  /** Its name is the message `develop.kind.ID`, with more words to search for in `develop.kind_note.ID`. */
  id: string;
  icon: LucideIcon;
  group: "text" | "number" | "choice" | "date" | "link" | "file" | "structure" | "other";
  type: string;
  interface: string;
  special?: string[];
  options?: Record<string, unknown>;
  display?: string;
  displayOptions?: Record<string, unknown>;
  width?: Width;
  /** It leads somewhere; `draft` makes what belongs to it. */
  link?: LinkKind;
  /** It has choices of its own. */
  choices?: boolean;
}

export const KINDS: readonly FieldKind[] = [
  { id: "text", icon: Type, group: "text", type: "string", interface: "input" },
  { id: "long_text", icon: AlignLeft, group: "text", type: "text", interface: "input-multiline" },
  { id: "rich_text", icon: SquarePen, group: "text", type: "text", interface: "input-rich-text-html" },
  { id: "markdown", icon: FileText, group: "text", type: "text", interface: "input-rich-text-md" },
  { id: "number", icon: Hash, group: "number", type: "integer", interface: "input", width: "half" },
  { id: "decimal", icon: Percent, group: "number", type: "decimal", interface: "input", width: "half" },
  {
    id: "slider",
    icon: SlidersHorizontal,
    group: "number",
    type: "integer",
    interface: "slider",
    options: { minValue: 0, maxValue: 100, stepInterval: 1 },
    width: "half",
  },
  {
    id: "yes_no",
    icon: ToggleRight,
    group: "choice",
    type: "boolean",
    interface: "boolean",
    special: ["cast-boolean"],
    display: "boolean",
    width: "half",
  },
  {
    id: "choice",
    icon: SquareCheck,
    group: "choice",
    type: "string",
    interface: "select-dropdown",
    display: "labels",
    choices: true,
    width: "half",
  },
  {
    id: "choices",
    icon: ListChecks,
    group: "choice",
    type: "json",
    interface: "select-multiple-dropdown",
    special: ["cast-json"],
    display: "labels",
    choices: true,
  },
  {
    id: "tags",
    icon: Tag,
    group: "choice",
    type: "json",
    interface: "tags",
    special: ["cast-json"],
    display: "labels",
  },
  {
    id: "date",
    icon: Calendar,
    group: "date",
    type: "date",
    interface: "datetime",
    display: "datetime",
    width: "half",
  },
  {
    id: "date_time",
    icon: CalendarClock,
    group: "date",
    type: "timestamp",
    interface: "datetime",
    special: ["cast-timestamp"],
    display: "datetime",
    width: "half",
  },
  { id: "time", icon: Clock, group: "date", type: "time", interface: "datetime", display: "datetime", width: "half" },
  {
    id: "link",
    icon: Link2,
    group: "link",
    type: "alias",
    interface: "select-dropdown-m2o",
    display: "related-values",
    link: "link",
  },
  {
    id: "link_back",
    icon: List,
    group: "link",
    type: "alias",
    interface: "list-o2m",
    display: "related-values",
    link: "back",
  },
  {
    id: "tree",
    icon: Network,
    group: "link",
    type: "alias",
    interface: "list-o2m",
    display: "related-values",
    link: "tree",
  },
  { id: "link_any", icon: Waypoints, group: "link", type: "alias", interface: "list-m2a", link: "any" },
  {
    id: "user",
    icon: CircleUserRound,
    group: "link",
    type: "uuid",
    interface: "select-dropdown-m2o",
    display: "user",
    link: "user",
    width: "half",
  },
  { id: "file", icon: Paperclip, group: "file", type: "uuid", interface: "file", display: "file", link: "file" },
  { id: "image", icon: Image, group: "file", type: "uuid", interface: "file-image", display: "image", link: "file" },
  { id: "files", icon: Folder, group: "file", type: "alias", interface: "files", link: "files" },
  {
    id: "translations",
    icon: Languages,
    group: "structure",
    type: "alias",
    interface: "translations",
    link: "translations",
  },
  {
    id: "json",
    icon: Braces,
    group: "other",
    type: "json",
    interface: "input-code",
    special: ["cast-json"],
    options: { language: "json" },
  },
  { id: "repeater", icon: ListTree, group: "structure", type: "json", interface: "list", special: ["cast-json"] },
  {
    id: "color",
    icon: Palette,
    group: "other",
    type: "string",
    interface: "select-color",
    display: "color",
    width: "half",
  },
  {
    id: "icon",
    icon: Shapes,
    group: "other",
    type: "string",
    interface: "select-icon",
    display: "icon",
    width: "half",
  },
  {
    id: "password",
    icon: KeyRound,
    group: "other",
    type: "hash",
    interface: "input-hash",
    special: ["hash", "conceal"],
  },
  { id: "location", icon: MapPin, group: "other", type: "geometry.Point", interface: "map" },
  { id: "uuid", icon: Fingerprint, group: "other", type: "uuid", interface: "input", special: ["uuid"], width: "half" },
  {
    id: "group",
    icon: Folder,
    group: "structure",
    type: "alias",
    interface: "group-detail",
    special: ["alias", "no-data", "group"],
  },
  {
    id: "divider",
    icon: Minus,
    group: "structure",
    type: "alias",
    interface: "presentation-divider",
    special: ["alias", "no-data"],
  },
];

const BY_ID = new Map(KINDS.map((kind) => [kind.id, kind]));

export function kindOf(id: string): FieldKind {
  const found = BY_ID.get(id);
  if (!found) throw new Error(`There is no kind of field "${id}"`);
  return found;
}
