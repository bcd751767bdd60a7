/** Files and folders of the library, as the Directus wire has them. */
import { queryOptions } from "@tanstack/react-query";
import { get } from "~/api/client";
import { treeOf } from "~/api/hierarchy";
import type { Filter } from "~/api/types";
import { bothFilters } from "~/filter/tree";

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
  /** What the bytes say of themselves: EXIF, IPTC, ICC. */
  metadata: Record<string, unknown> | null;
}

export interface Folder {
  id: string;
  name: string;
  parent: string | null;
}

export const FILE_FIELDS =
  "id,title,filename_download,type,filesize,width,height,folder,description,tags,focal_point_x,focal_point_y,uploaded_on,modified_on,metadata";

export const foldersQuery = queryOptions({
  queryKey: ["folders"],
  queryFn: ({ signal }) => get<Folder[]>("/folders", { fields: "id,name,parent", sort: "name", limit: -1 }, signal),
});

/** What kinds of files the library can be narrowed to, by what their types are. */
const KINDS: Record<string, Filter> = {
  image: { type: { _starts_with: "image/" } },
  video: { type: { _starts_with: "video/" } },
  audio: { type: { _starts_with: "audio/" } },
  document: {
    _or: [
      { type: { _starts_with: "text/" } },
      { type: { _eq: "application/pdf" } },
      { type: { _starts_with: "application/vnd." } },
      { type: { _eq: "application/msword" } },
    ],
  },
  archive: {
    type: {
      _in: [
        "application/zip",
        "application/gzip",
        "application/x-tar",
        "application/x-7z-compressed",
        "application/vnd.rar",
      ],
    },
  },
};
export const KIND_NAMES = Object.keys(KINDS);

/** By what files are sorted; the first is what holds without a choice. */
export const SORTS: Record<string, string> = {
  newest: "-uploaded_on,title",
  oldest: "uploaded_on,title",
  name: "title,filename_download",
  largest: "-filesize,title",
  changed: "-modified_on,title",
};

/** Which files a choice in the navigation, and one of a kind, mean. */
export function filterOf(folder: string | undefined, me: string, kind?: string): Filter | undefined {
  const place: Filter | null =
    folder === undefined
      ? null
      : folder === "mine"
        ? { uploaded_by: { _eq: me } }
        : { folder: folder === "none" ? { _null: true } : { _eq: folder } };
  return bothFilters(place, kind ? KINDS[kind] : null) ?? undefined;
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

/** The entries of a file's metadata, one level: `Make`, `Model`. What is itself structured is left out. */
export function metadataOf(file: Pick<LibraryFile, "metadata">): [string, string][] {
  const entries = (value: unknown): [string, string][] =>
    Object.entries((value ?? {}) as Record<string, unknown>).flatMap(([name, one]): [string, string][] => {
      if (one === null || one === "") return [];
      if (Array.isArray(one)) return one.every((part) => typeof part !== "object") ? [[name, one.join(", ")]] : [];
      return typeof one === "object" ? entries(one) : [[name, String(one)]];
    });
  return entries(file.metadata);
}

/** What is dragged in the library: ids of files, or of one folder. */
export const DRAG_FILES = "application/x-satchel-files";
export const DRAG_FOLDER = "application/x-satchel-folder";
