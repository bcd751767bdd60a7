/** The files in what was dropped: those of folders too, however deep. */
import type { DropItem } from "react-aria-components";

export async function droppedFiles(items: Iterable<DropItem> | AsyncIterable<DropItem>): Promise<File[]> {
  const files: File[] = [];
  for await (const item of items) {
    if (item.kind === "file") files.push(await item.getFile());
    else if (item.kind === "directory") files.push(...(await droppedFiles(item.getEntries())));
  }
  return files;
}
