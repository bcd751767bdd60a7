import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "~/routes/root";

export interface FilesSearch {
  /** A folder's id; `none` for files in no folder, `mine` for one's own; all without it. */
  folder?: string;
  q?: string;
  kind?: string;
  sort?: string;
  view?: "table";
  /** The file whose drawer is open. */
  file?: string;
}

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

const files = createRoute({
  getParentRoute: () => shellRoute,
  path: "/files",
  validateSearch: (search: Record<string, unknown>): FilesSearch => ({
    folder: text(search.folder),
    q: text(search.q),
    kind: text(search.kind),
    sort: text(search.sort),
    view: search.view === "table" ? "table" : undefined,
    file: text(search.file),
  }),
  component: lazyRouteComponent(() => import("./FilesPage"), "FilesPage"),
});

export const filesRoutes = [files];
