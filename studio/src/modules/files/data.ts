/** Files and folders of the library, as the Directus wire has them. */
import { queryOptions } from "@tanstack/react-query";
import { get } from "~/api/client";
import { treeOf } from "~/api/hierarchy";
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

/** Folders to choose from, set in by how deep they lie. */
export const folderChoices = (folders: readonly Folder[]): { id: string; text: string }[] =>
  treeOf(folders).map(({ one, depth }) => ({ id: one.id, text: `${"\u2003".repeat(depth)}${one.name}` }));
