import type { DisplayProps } from "~/extensions/contract";
import { type FileValue, fileName, Thumbnail } from "../files";

/** A picture in the height of a line; its title stands for it where it can't be seen. */
export default function ImageDisplay({ value, options }: DisplayProps<FileValue | string, { circle?: boolean }>) {
  return (
    <span className="inline-flex items-center" title={fileName(value)}>
      <Thumbnail file={value} size={28} circle={options.circle} />
      <span className="sr-only">{fileName(value)}</span>
    </span>
  );
}
