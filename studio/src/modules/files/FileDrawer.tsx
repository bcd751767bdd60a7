/** One file: what it shows, what it is called, where its centre is, and where it is used. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Copy, Download, Replace, Trash2 } from "lucide-react";
import { type PointerEvent, useState } from "react";
import { FileTrigger } from "react-aria-components";
import { url } from "~/api/address";
import { get, patch, remove, requestBody } from "~/api/client";
import { errorText } from "~/api/errors";
import { useMay } from "~/api/queries";
import { formatDateTime } from "~/i18n/format";
import { t } from "~/i18n/words/files";
import { Button } from "~/kit/Button";
import { Notice } from "~/kit/bits";
import { confirm, Drawer } from "~/kit/Dialog";
import { Select, TextField } from "~/kit/fields";
import { Failed, Loading } from "~/kit/states";
import { toast, toastError } from "~/kit/Toast";
import ReferringList from "~/relations/ReferringList";
import { countReferring, referringQuery } from "~/relations/referring";
import { FILE_FIELDS, fileTitle, folderChoices, foldersQuery, isImage, type LibraryFile, metadataOf } from "./data";
import { factsOf } from "./FilesPage";
import { downloadFiles } from "./zip";

export function FileDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const found = useQuery({
    queryKey: ["files", "one", id],
    queryFn: ({ signal }) => get<LibraryFile>(`/files/${encodeURIComponent(id)}`, { fields: FILE_FIELDS }, signal),
  });
  if (found.data) return <Editor key={found.data.modified_on ?? id} file={found.data} onClose={onClose} />;
  return (
    <Drawer isOpen title={t("files.file")} onClose={onClose}>
      {found.error ? <Failed error={found.error} onRetry={() => void found.refetch()} /> : <Loading />}
    </Drawer>
  );
}

type Draft = Pick<
  LibraryFile,
  "title" | "description" | "filename_download" | "tags" | "folder" | "focal_point_x" | "focal_point_y"
>;

const TOP = "top";

function Editor({ file, onClose }: { file: LibraryFile; onClose: () => void }) {
  const client = useQueryClient();
  const folders = useQuery(foldersQuery).data ?? [];
  const mayChange = useMay("directus_files", "update").access !== "none";
  const mayDelete = useMay("directus_files", "delete").access !== "none";
  const usage = useQuery(referringQuery("directus_files", file.id));
  const [draft, setDraft] = useState<Partial<Draft>>({});
  const [tags, setTags] = useState((file.tags ?? []).join(", "));
  const [failure, setFailure] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const now = { ...file, ...draft };
  const dirty = Object.keys(draft).length > 0;
  const change = (changes: Partial<Draft>) =>
    setDraft((before) =>
      Object.fromEntries(
        Object.entries({ ...before, ...changes }).filter(
          ([name, value]) => JSON.stringify(value) !== JSON.stringify(file[name as keyof Draft]),
        ),
      ),
    );
  const refresh = () => client.invalidateQueries({ queryKey: ["files"] });

  async function work(action: () => Promise<unknown>, then?: () => void) {
    setPending(true);
    setFailure(null);
    try {
      await action();
      await refresh();
      then?.();
    } catch (error) {
      setFailure(errorText(error));
    } finally {
      setPending(false);
    }
  }

  function replace(list: FileList | null) {
    const content = list?.[0];
    if (!content) return;
    const form = new FormData();
    form.append("file", content, content.name);
    void work(
      () => requestBody("PATCH", `/files/${file.id}`, { body: form }),
      () => toast({ kind: "success", text: t("files.replaced", { name: fileTitle(file) }) }),
    );
  }

  async function drop() {
    const uses = countReferring(usage.data ?? []);
    const sure = await confirm({
      title: t("files.delete.one", { name: fileTitle(file) }),
      text: uses ? t("files.delete.used", { count: uses }) : t("files.delete.text"),
      action: t("files.delete"),
      danger: true,
    });
    if (sure) await work(() => remove(`/files/${file.id}`), onClose);
  }

  return (
    <Drawer
      isOpen
      title={fileTitle(file)}
      onClose={onClose}
      beforeClose={async () =>
        !dirty ||
        (await confirm({
          title: t("files.leave"),
          text: t("files.leave.text"),
          action: t("files.leave.action"),
          danger: true,
        }))
      }
      footer={
        mayChange ? (
          <Button
            look="primary"
            isDisabled={!dirty}
            isPending={pending}
            onPress={() =>
              void work(
                () => patch(`/files/${file.id}`, draft),
                () => setDraft({}),
              )
            }
          >
            {t("files.save")}
          </Button>
        ) : undefined
      }
    >
      <div className="flex flex-col gap-5">
        {failure && (
          <div role="alert">
            <Notice tone="danger">{failure}</Notice>
          </div>
        )}
        <Preview file={now} mayChange={mayChange} onFocal={(x, y) => change({ focal_point_x: x, focal_point_y: y })} />
        <div className="flex flex-wrap gap-2">
          <Button icon={<Download size={16} />} onPress={() => void downloadFiles([file.id]).catch(toastError)}>
            {t("files.download")}
          </Button>
          <Button
            icon={<Copy size={16} />}
            onPress={() =>
              void navigator.clipboard
                .writeText(new URL(url(`/assets/${file.id}`), window.location.href).href)
                .then(() => toast({ kind: "success", text: t("files.link.copied") }))
            }
          >
            {t("files.link")}
          </Button>
          {mayChange && (
            <FileTrigger onSelect={replace}>
              <Button icon={<Replace size={16} />}>{t("files.replace")}</Button>
            </FileTrigger>
          )}
          {mayDelete && (
            <Button icon={<Trash2 size={16} />} onPress={() => void drop()}>
              {t("files.delete")}
            </Button>
          )}
        </div>
        <TextField
          label={t("files.field.title")}
          value={now.title ?? ""}
          isReadOnly={!mayChange}
          onChange={(title) => change({ title: title || null })}
        />
        <TextField
          label={t("files.field.description")}
          note={isImage(file) ? t("files.field.description.note") : undefined}
          multiline
          rows={2}
          value={now.description ?? ""}
          isReadOnly={!mayChange}
          onChange={(description) => change({ description: description || null })}
        />
        <div className="grid grid-cols-2 gap-4 max-sm:grid-cols-1">
          <TextField
            label={t("files.field.filename")}
            value={now.filename_download}
            isReadOnly={!mayChange}
            onChange={(name) => change({ filename_download: name })}
          />
          <Select
            label={t("files.folder")}
            isDisabled={!mayChange}
            choices={[{ id: TOP, text: t("files.loose") }, ...folderChoices(folders)]}
            value={now.folder ?? TOP}
            onChange={(id) => change({ folder: id === TOP ? null : id })}
          />
        </div>
        <TextField
          label={t("files.field.tags")}
          note={t("files.field.tags.note")}
          value={tags}
          isReadOnly={!mayChange}
          onChange={(text) => {
            setTags(text);
            const list = text.split(",").map((one) => one.trim());
            change({ tags: list.some(Boolean) ? list.filter(Boolean) : null });
          }}
        />
        <section aria-label={t("files.usage")} className="flex flex-col gap-1.5">
          <h3 className="font-semibold">{t("files.usage")}</h3>
          <ReferringList collection="directus_files" itemKey={file.id} />
        </section>
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-dense text-fg-2">
          <dt>{t("files.facts")}</dt>
          <dd>{factsOf(file)}</dd>
          <dt>{t("files.uploaded")}</dt>
          <dd>{file.uploaded_on ? formatDateTime(file.uploaded_on) : "–"}</dd>
          <dt>{t("files.id")}</dt>
          <dd className="font-mono break-all">{file.id}</dd>
        </dl>
        <Metadata file={file} />
      </div>
    </Drawer>
  );
}

/** What the bytes say of themselves. */
function Metadata({ file }: { file: LibraryFile }) {
  const entries = metadataOf(file);
  if (entries.length === 0) return null;
  return (
    <section aria-label={t("files.metadata")} className="flex flex-col gap-1.5">
      <h3 className="font-semibold">{t("files.metadata")}</h3>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-dense text-fg-2">
        {entries.map(([name, value]) => (
          <div key={name} className="contents">
            <dt>{name}</dt>
            <dd className="break-words text-fg">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

interface PreviewProps {
  file: LibraryFile;
  mayChange: boolean;
  onFocal: (x: number | null, y: number | null) => void;
}

/** The picture; a press on it says where its centre is, which crops keep in sight. */
function Preview({ file, mayChange, onFocal }: PreviewProps) {
  const address = url(`/assets/${file.id}`, file.modified_on ? { v: Date.parse(file.modified_on) } : {});
  if (file.type?.startsWith("video/")) {
    // biome-ignore lint/a11y/useMediaCaption: a stored file brings its own captions, or has none
    return <video src={address} controls className="max-h-80 w-full rounded-card bg-sunken" />;
  }
  if (file.type?.startsWith("audio/")) {
    // biome-ignore lint/a11y/useMediaCaption: as above
    return <audio src={address} controls className="w-full" />;
  }
  if (!isImage(file)) return null;
  const { width, height, focal_point_x: x, focal_point_y: y } = file;
  const place =
    x !== null && y !== null && width && height
      ? { left: `${(x / width) * 100}%`, top: `${(y / height) * 100}%` }
      : null;
  const point = (event: PointerEvent<HTMLButtonElement>) => {
    if (!width || !height) return;
    const box = event.currentTarget.getBoundingClientRect();
    onFocal(
      Math.round(((event.clientX - box.left) / box.width) * width),
      Math.round(((event.clientY - box.top) / box.height) * height),
    );
  };
  const move = (stepX: number, stepY: number) => {
    if (!width || !height) return;
    const inside = (value: number, most: number) => Math.max(0, Math.min(most, Math.round(value)));
    onFocal(
      inside((x ?? width / 2) + (stepX * width) / 50, width),
      inside((y ?? height / 2) + (stepY * height) / 50, height),
    );
  };
  const picture = <img src={address} alt={file.description ?? ""} className="max-h-80 max-w-full object-contain" />;
  if (!mayChange || !width || !height) {
    return <div className="flex justify-center overflow-hidden rounded-card bg-sunken">{picture}</div>;
  }
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex justify-center overflow-hidden rounded-card bg-sunken">
        <button
          type="button"
          aria-label={t("files.focal", { x: x ?? "–", y: y ?? "–" })}
          onPointerUp={point}
          onKeyDown={(event) => {
            const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
            if (!step) return;
            event.preventDefault();
            move(step[0] ?? 0, step[1] ?? 0);
          }}
          className="relative cursor-crosshair outline-offset-[-2px]"
        >
          {picture}
          {place && (
            <span
              aria-hidden
              style={place}
              className="absolute size-5 -translate-x-1/2 -translate-y-1/2 rounded-full border-2 border-on-accent bg-accent/60 shadow-raised"
            />
          )}
        </button>
      </div>
      <div className="flex items-center gap-2 text-caption text-fg-3">
        <span className="flex-1">{t("files.focal.note")}</span>
        {place && (
          <Button look="quiet" onPress={() => onFocal(null, null)}>
            {t("files.focal.clear")}
          </Button>
        )}
      </div>
    </div>
  );
}
