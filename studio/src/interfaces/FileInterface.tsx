/** One file of the library: what it is, and how to get another. As an image it is shown large. */
import { useQuery } from "@tanstack/react-query";
import { Download, FileText, Pencil, X } from "lucide-react";
import { useState } from "react";
import { url } from "~/api/address";
import { get } from "~/api/client";
import type { Filter } from "~/api/types";
import type { InterfaceProps } from "~/extensions/contract";
import { useGraph } from "~/form/context";
import type { NodeId } from "~/form/journal";
import { formatBytes } from "~/i18n/format";
import { t } from "~/i18n/words/item";
import { IconButton } from "~/kit/Button";
import { Skeleton } from "~/kit/states";
import { cx } from "~/kit/style";
import { DEEPEST, LinkedDrawer } from "~/relations/LinkedDrawer";
import { UploadMenu } from "./UploadMenu";
import type { UploadedFile } from "./upload";

interface Options {
  folder?: string | null;
  filter?: Filter | null;
  allowedMimeTypes?: string[] | null;
  crop?: boolean;
}

export interface StoredFile extends UploadedFile {
  width: number | null;
  height: number | null;
  description?: string | null;
}

export const fileQuery = (id: string) => ({
  queryKey: ["items", "directus_files", "file", id],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    get<StoredFile>(
      `/files/${encodeURIComponent(id)}`,
      { fields: "id,title,type,filename_download,filesize,width,height,description" },
      signal,
    ),
  staleTime: 60_000,
});

export function FileInterface({ image, ...props }: InterfaceProps<unknown, Options> & { image: boolean }) {
  const { value, field, options, onChange, labelId, disabled, readonly } = props;
  const graph = useGraph();
  const id =
    typeof value === "object" && value !== null
      ? String((value as { id?: string }).id ?? "")
      : value
        ? String(value)
        : null;
  const file = useQuery({ ...fileQuery(id ?? ""), enabled: id !== null });
  const [open, setOpen] = useState<NodeId | null>(null);
  const fixed = disabled || readonly;
  const accept = options.allowedMimeTypes?.length ? options.allowedMimeTypes : image ? ["image/*"] : undefined;
  const edit = () => {
    if (graph && id) setOpen(graph.journal.openOne(graph.node, field.field, "directus_files", id, "id"));
  };
  const name = file.data?.title || file.data?.filename_download || id || "";
  const isImage = file.data?.type?.startsWith("image/");
  return (
    <>
      <UploadMenu
        labelId={labelId}
        disabled={fixed}
        folder={options.folder}
        accept={accept}
        filter={options.filter}
        selected={id ? [id] : []}
        onFiles={([picked]) => picked && onChange(picked)}
      >
        {id === null ? (
          fixed ? (
            <span className="text-fg-3">{t("interfaces.empty")}</span>
          ) : null
        ) : (
          <figure className="overflow-hidden rounded-control border border-line bg-surface">
            {image && (isImage || file.isPending) && (
              <div className="flex h-72 items-center justify-center bg-sunken">
                {isImage && (
                  <img
                    src={url(`/assets/${id}`, { key: "system-large-contain" })}
                    alt={file.data?.description || ""}
                    className="max-h-72 max-w-full object-contain"
                  />
                )}
              </div>
            )}
            <figcaption className="flex items-center gap-2 p-1.5 ps-2">
              {!image &&
                (isImage ? (
                  <img
                    src={url(`/assets/${id}`, { key: "system-small-cover" })}
                    alt=""
                    className="size-9 rounded-[4px] object-cover"
                  />
                ) : (
                  <span className="flex size-9 items-center justify-center rounded-[4px] bg-sunken text-fg-2">
                    <FileText size={18} aria-hidden />
                  </span>
                ))}
              {file.isPending ? (
                <Skeleton className="my-2.5 h-4 w-32" />
              ) : (
                <span className="min-w-0 flex-1">
                  <span className="block truncate font-medium" title={name}>
                    {file.error ? t("relations.unseen", { name: t("interfaces.file.file"), key: id }) : name}
                  </span>
                  <span className="block truncate text-caption text-fg-3">
                    {[
                      file.data?.type,
                      file.data?.filesize != null && formatBytes(Number(file.data.filesize)),
                      file.data?.width && file.data?.height && `${file.data.width} × ${file.data.height}`,
                    ]
                      .filter(Boolean)
                      .join(" · ")}
                  </span>
                </span>
              )}
              <span className={cx("flex", file.isPending && "ms-auto")}>
                {graph && graph.depth < DEEPEST && !fixed && (
                  <IconButton label={t("relations.edit", { name })} onPress={edit}>
                    <Pencil size={16} />
                  </IconButton>
                )}
                <IconButton
                  label={t("interfaces.file.download", { name })}
                  onPress={() => window.open(url(`/assets/${id}`, { download: "" }), "_blank", "noopener")}
                >
                  <Download size={16} />
                </IconButton>
                {!fixed && (
                  <IconButton label={t("interfaces.file.remove", { name })} onPress={() => onChange(null)}>
                    <X size={16} />
                  </IconButton>
                )}
              </span>
            </figcaption>
          </figure>
        )}
      </UploadMenu>
      {open && graph && (
        <LinkedDrawer
          journal={graph.journal}
          node={open}
          depth={graph.depth + 1}
          readonly={fixed}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  );
}
