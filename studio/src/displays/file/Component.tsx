import type { DisplayProps } from "~/extensions/contract";
import type { FileValue } from "../files";
import { fileName, Thumbnail } from "../files";

/** A small picture or sign of the file, and its name. */
export default function FileDisplay({ value }: DisplayProps<FileValue | string>) {
  return (
    <span className="inline-flex min-w-0 items-center gap-2">
      <Thumbnail file={value} size={24} />
      <span className="truncate">{fileName(value)}</span>
    </span>
  );
}
