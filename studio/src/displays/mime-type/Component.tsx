import type { DisplayProps } from "~/extensions/contract";

const EXTENSIONS: Record<string, string> = {
  "text/plain": "txt",
  "text/markdown": "md",
  "image/svg+xml": "svg",
  "image/jpeg": "jpg",
  "audio/mpeg": "mp3",
  "video/quicktime": "mov",
  "application/msword": "doc",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
};

export default function MimeType({ value, options }: DisplayProps<string, { showAsExtension?: boolean }>) {
  const type = String(value).split(";")[0]?.trim() ?? "";
  const short = EXTENSIONS[type] ?? type.split("/")[1] ?? type;
  return <span className="truncate">{options.showAsExtension ? short.toUpperCase() : type}</span>;
}
