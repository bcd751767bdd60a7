/** The requests that pages begin with: said once, for what asks early (`early.ts`) and what asks in its turn. */
import { boot } from "~/boot";
import { type QueryValue, url } from "./address";

/** Path and query of a GET. */
export type Ask = readonly [path: string, query?: Record<string, QueryValue>];

export const ME: Ask = [
  "/users/me",
  { fields: "id,first_name,last_name,email,avatar,language,appearance,tfa_secret,provider,role.id,role.name" },
];
export const GLOBALS: Ask = ["/policies/me/globals"];
export const PERMISSIONS: Ask = ["/permissions/me"];
export const COLLECTIONS: Ask = ["/collections"];
export const RELATIONS: Ask = ["/relations"];
export const EXTENSIONS: Ask = ["/studio/api/extensions"];

export const fieldsAsk = (collection: string): Ask => [`/fields/${encodeURIComponent(collection)}`];

export const presetsAsk = (collection: string): Ask => [
  "/presets",
  {
    fields: "id,bookmark,collection,user,role,search,filter,layout,layout_query,layout_options,icon,color",
    filter: { collection: { _eq: collection } },
    sort: "id",
    limit: 200,
  },
];

/** What the page at a path below the studio begins with, for somebody who is signed in. */
export function firstAsks(path: string): Ask[] {
  const asks = [ME, GLOBALS, PERMISSIONS, COLLECTIONS];
  if (boot.extensions && !boot.safe) asks.push(EXTENSIONS);
  const [room, collection, ...more] = path.split("/").filter(Boolean).map(decoded);
  if (room !== "content" || !collection) return asks;
  asks.push(RELATIONS, fieldsAsk(collection));
  if (!more.length) asks.push(presetsAsk(collection));
  return asks;
}

/** What the page at the present address asked for beyond that when it was last here: addresses. */
export function rememberedAsks(): readonly string[] {
  return remembered()[pageName()] ?? [];
}

/** Note what the page asks for as soon as it can, where only its code knows: the next time it is asked early. */
export function rememberAsks(...asks: readonly Ask[]): void {
  const addresses = asks.map(([path, query]) => url(path, query));
  if (addresses.some((one) => one.length > LONGEST_ADDRESS)) return;
  const { [pageName()]: before, ...others } = remembered();
  if (String(before) === String(addresses)) return;
  const pages = [[pageName(), addresses] as const, ...Object.entries(others)].slice(0, MOST_PAGES);
  try {
    localStorage.setItem(REMEMBERED, JSON.stringify(Object.fromEntries(pages)));
  } catch {
    // a browser that keeps nothing asks a little later
  }
}

const REMEMBERED = "satchel.first";
const MOST_PAGES = 20;
const LONGEST_ADDRESS = 2000;

const pageName = () => location.pathname + location.search;

function remembered(): Record<string, readonly string[]> {
  try {
    return JSON.parse(localStorage.getItem(REMEMBERED) ?? "{}") as Record<string, readonly string[]>;
  } catch {
    return {};
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // the router says that there is no such page
  }
}
