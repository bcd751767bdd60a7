/** What every request says: where it goes, and from which studio and as whom it comes. */
import { boot } from "~/boot";
import { inColumns } from "./keys";
import { viewedPerson } from "./viewAs";

export type QueryValue = string | number | boolean | null | undefined | object;

/** The absolute path of an endpoint, with its query; objects in it become JSON. */
export function url(path: string, query?: Record<string, QueryValue>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(inColumns(query ?? {}))) {
    if (value === undefined || value === null) continue;
    search.set(
      name,
      typeof value === "object"
        ? Array.isArray(value) && value.every((v) => typeof v !== "object")
          ? value.join(",")
          : JSON.stringify(value)
        : String(value),
    );
  }
  const text = search.toString();
  return `${boot.api}${path}${text ? `?${text}` : ""}`;
}

/** The headers of a request. `own`: that it is the person's own, whomever the studio is looked at as. */
export function headersOf(own: boolean): Record<string, string> {
  const headers: Record<string, string> = { accept: "application/json", "x-satchel-studio": boot.build || "unbuilt" };
  const seen = viewedPerson();
  if (seen && !own) headers["x-satchel-view-as"] = seen.id;
  return headers;
}
