/** Files and folders of the library, as the Directus wire has them. */
import { queryOptions } from "@tanstack/react-query";
import { get } from "~/api/client";
import type { Filter } from "~/api/types";

export interface LibraryFile {
  id: string;
  title: string | null;
  filename_download: string;
  type: string | null;
  filesize: number | string | null;
  width: number | null;
  height: number | null;
  folder: string | null;
  description: string | null;
  tags: string[] | null;
  focal_point_x: number | null;
  focal_point_y: number | null;
  uploaded_on: string | null;
  modified_on: string | null;
}

export interface Folder {
  id: string;
  name: string;
  parent: string | null;
}

export const FILE_FIELDS =
  "id,title,filename_download,type,filesize,width,height,folder,description,tags,focal_point_x,focal_point_y,uploaded_on,modified_on";

export const foldersQuery = queryOptions({
  queryKey: ["folders"],
  queryFn: ({ signal }) => get<Folder[]>("/folders", { fields: "id,name,parent", sort: "name", limit: -1 }, signal),
});

/** Which files a choice in the navigation means. */
export function filterOf(folder: string | undefined, me: string): Filter | undefined {
  if (folder === undefined) return undefined;
  if (folder === "mine") return { uploaded_by: { _eq: me } };
  return { folder: folder === "none" ? { _null: true } : { _eq: folder } };
}

/** The id of a real folder; null for what is none. */
export const realFolder = (folder: string | undefined): string | null =>
  folder === undefined || folder === "mine" || folder === "none" ? null : folder;

export const fileTitle = (file: Pick<LibraryFile, "title" | "filename_download">): string =>
  file.title || file.filename_download;

export const isImage = (file: Pick<LibraryFile, "type">): boolean => file.type?.startsWith("image/") ?? false;

/** Folders with the names above them, in the order of a tree. */
export function treeOf(folders: readonly Folder[]): { folder: Folder; depth: number }[] {
  const known = new Set(folders.map((folder) => folder.id));
  const below = (
    parent: string | null,
    depth: number,
    seen: ReadonlySet<string>,
  ): { folder: Folder; depth: number }[] =>
    folders
      .filter((folder) => (folder.parent !== null && known.has(folder.parent) ? folder.parent : null) === parent)
      .filter((folder) => !seen.has(folder.id))
      .flatMap((folder) => [{ folder, depth }, ...below(folder.id, depth + 1, new Set([...seen, folder.id]))]);
  return below(null, 0, new Set());
}

/** A folder with all below it. */
export function within(folders: readonly Folder[], id: string): Set<string> {
  const found = new Set([id]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const folder of folders) {
      if (folder.parent !== null && found.has(folder.parent) && !found.has(folder.id)) {
        found.add(folder.id);
        grown = true;
      }
    }
  }
  return found;
}
