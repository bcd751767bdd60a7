/** Files as they stand in a line: a small picture where it is one, a sign else. */
import { FileText, Film, Image, Music } from "lucide-react";
import { url } from "~/api/address";
import { cx } from "~/kit/style";

export interface FileValue {
  id: string;
  title?: string | null;
  type?: string | null;
  filename_download?: string | null;
  description?: string | null;
}

export const fileId = (file: FileValue | string | null | undefined): string | undefined =>
  typeof file === "string" ? file : file?.id;

export const fileName = (file: FileValue | string | null | undefined): string =>
  typeof file === "object" && file ? file.title || file.filename_download || file.id : (file ?? "");

/** The address of a file, or of a version of it, as `system-small-cover`. */
export const assetUrl = (id: string, key?: string): string => url(`/assets/${id}`, key ? { key } : undefined);

const isPicture = (type: string | null | undefined) => type?.startsWith("image/") && type !== "image/svg+xml";

export function Thumbnail({
  file,
  size,
  className,
  circle,
}: {
  file: FileValue | string | null | undefined;
  size: number;
  className?: string;
  circle?: boolean;
}) {
  const id = fileId(file);
  const type = typeof file === "object" ? file?.type : "image/";
  const look = cx("shrink-0 bg-sunken object-cover", circle ? "rounded-full" : "rounded", className);
  if (id && isPicture(type)) {
    return (
      <img
        src={assetUrl(id, "system-small-cover")}
        alt=""
        loading="lazy"
        decoding="async"
        width={size}
        height={size}
        className={look}
        style={{ width: size, height: size }}
      />
    );
  }
  const Icon = type?.startsWith("video/")
    ? Film
    : type?.startsWith("audio/")
      ? Music
      : type?.startsWith("image/")
        ? Image
        : FileText;
  return (
    <span
      aria-hidden
      className={cx(look, "inline-flex items-center justify-center text-fg-3")}
      style={{ width: size, height: size }}
    >
      <Icon size={Math.round(size * 0.6)} />
    </span>
  );
}
