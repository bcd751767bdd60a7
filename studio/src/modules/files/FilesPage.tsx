/** The library: folders, files as pictures or as a table, uploads by button or by dropping. */
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Download, FolderInput, LayoutGrid, List, Trash2, Upload, X } from "lucide-react";
import { type DragEvent, useEffect, useRef, useState } from "react";
import { Button as AriaButton, DropZone, FileTrigger } from "react-aria-components";
import { url } from "~/api/address";
import { get, patch, remove } from "~/api/client";
import { useMay, useMe } from "~/api/queries";
import { formatBytes, formatDateTime, formatRelative } from "~/i18n/format";
import { t } from "~/i18n/words/files";
import { Button, IconButton } from "~/kit/Button";
import { PageHeader } from "~/kit/bits";
import { confirm, Dialog, DialogActions } from "~/kit/Dialog";
import { Checkbox, SearchField, Select } from "~/kit/fields";
import { Icon } from "~/kit/Icon";
import { Empty, Failed, Skeleton } from "~/kit/states";
import { ANY_DIRECTION, cx } from "~/kit/style";
import { toast, toastError } from "~/kit/Toast";
import { useDebounced } from "~/kit/useDebounced";
import { NavPanel } from "~/shell/NavPanel";
import {
  DRAG_FILES,
  DRAG_FOLDER,
  FILE_FIELDS,
  fileTitle,
  filterOf,
  folderChoices,
  foldersQuery,
  isImage,
  KIND_NAMES,
  type LibraryFile,
  realFolder,
  SORTS,
} from "./data";
import { droppedFiles } from "./dropped";
import { FileDrawer } from "./FileDrawer";
import { FolderNav, NewFolder } from "./FolderNav";
import type { FilesSearch } from "./routes";
import { Tray } from "./Tray";
import { tray } from "./tray";
import { downloadFiles } from "./zip";

const PAGE = 60;
const ANY = "any";

export function FilesPage() {
  const search = useSearch({ from: "/shell/files" });
  const { folder, q, kind, sort, view, file } = search;
  const navigate = useNavigate();
  const me = useMe();
  const client = useQueryClient();
  const folders = useQuery(foldersQuery).data ?? [];
  const mayUpload = useMay("directus_files", "create").access !== "none";
  const mayChange = useMay("directus_files", "update").access !== "none";
  const mayDelete = useMay("directus_files", "delete").access !== "none";
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [moving, setMoving] = useState(false);
  const typed = useDebounced(q ?? "", 200);
  const found = useInfiniteQuery({
    queryKey: ["files", folder, typed, kind, sort],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      get<LibraryFile[]>(
        "/files",
        {
          fields: FILE_FIELDS,
          filter: filterOf(folder, me.id, kind),
          search: typed || undefined,
          sort: SORTS[sort ?? ""] ?? SORTS.newest,
          limit: PAGE,
          offset: pageParam,
        },
        signal,
      ),
    getNextPageParam: (last, pages) => (last.length === PAGE ? pages.length * PAGE : undefined),
    placeholderData: (before) => before,
  });
  const files = found.data?.pages.flat();
  const set = (changes: FilesSearch, replace = true) =>
    void navigate({ to: "/files", search: { ...search, ...changes }, replace });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is not in sight is not selected
  useEffect(() => setSelected(new Set()), [folder, typed, kind]);
  const refresh = () => client.invalidateQueries({ queryKey: ["files"] });
  const upload = (list: readonly File[]) => tray.add(list, realFolder(folder));
  const toggle = (id: string, on: boolean) =>
    setSelected((before) => {
      const after = new Set(before);
      if (on) after.add(id);
      else after.delete(id);
      return after;
    });

  async function drop() {
    const ids = [...selected];
    const sure = await confirm({
      title: t("files.delete.title", { count: ids.length }),
      text: t("files.delete.text"),
      action: t("files.delete"),
      danger: true,
    });
    if (!sure) return;
    try {
      await remove("/files", ids);
      setSelected(new Set());
      toast({ kind: "success", text: t("files.deleted", { count: ids.length }) });
      await refresh();
    } catch (error) {
      toastError(error);
    }
  }

  const here = folders.find((one) => one.id === folder);
  const title = here?.name ?? t(folder === "mine" ? "files.mine" : folder === "none" ? "files.loose" : "files.all");
  return (
    <NavPanel
      title={t("files.title")}
      nav={<FolderNav current={folder} />}
      footer={<NewFolder parent={realFolder(folder)} />}
    >
      <PageHeader title={title}>
        <SearchField
          label={t("files.search")}
          value={q ?? ""}
          onChange={(text) => set({ q: text || undefined })}
          className="w-56 max-sm:w-full"
        />
        <Select
          aria-label={t("files.kind")}
          choices={[
            { id: ANY, text: t("files.kind.any") },
            ...KIND_NAMES.map((id) => ({ id, text: t(`files.kind.${id}`) })),
          ]}
          value={kind ?? ANY}
          onChange={(id) => set({ kind: id === ANY ? undefined : id })}
          className="w-36 max-sm:w-auto max-sm:flex-auto"
        />
        <Select
          aria-label={t("files.sort")}
          choices={Object.keys(SORTS).map((id) => ({ id, text: t(`files.sort.${id}`) }))}
          value={sort ?? "newest"}
          onChange={(id) => set({ sort: id === "newest" ? undefined : id })}
          className="w-44 max-sm:w-auto max-sm:flex-auto"
        />
        <IconButton
          label={t(view === "table" ? "files.view.grid" : "files.view.table")}
          onPress={() => set({ view: view === "table" ? undefined : "table" })}
        >
          {view === "table" ? <LayoutGrid size={18} /> : <List size={18} />}
        </IconButton>
        {mayUpload && (
          <FileTrigger allowsMultiple onSelect={(list) => upload([...(list ?? [])])}>
            <Button look="primary" icon={<Upload size={16} />}>
              <span className="max-sm:sr-only">{t("files.upload")}</span>
            </Button>
          </FileTrigger>
        )}
      </PageHeader>
      <DropZone
        isDisabled={!mayUpload}
        aria-label={t("files.drop")}
        getDropOperation={(types) => (types.has(DRAG_FILES) || types.has(DRAG_FOLDER) ? "cancel" : "copy")}
        onDrop={async (event) => upload(await droppedFiles(event.items))}
        className="relative min-h-0 flex-1 overflow-auto data-[drop-target]:bg-accent-bg"
      >
        {found.error && !files ? (
          <Failed error={found.error} onRetry={() => void found.refetch()} />
        ) : !files ? (
          <div className="grid grid-cols-[repeat(auto-fill,minmax(184px,1fr))] gap-4 p-6 max-sm:grid-cols-2 max-sm:gap-3 max-sm:p-4">
            {Array.from({ length: 12 }, (_, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: stand-ins have no names
              <Skeleton key={place} className="aspect-[10/13] rounded-card" />
            ))}
          </div>
        ) : files.length === 0 ? (
          typed || kind ? (
            <Empty
              title={t("files.none")}
              actions={<Button onPress={() => set({ q: undefined, kind: undefined })}>{t("files.clear")}</Button>}
            />
          ) : (
            <Empty icon={<Upload size={20} />} title={t("files.empty")}>
              {mayUpload && t("files.empty.text")}
            </Empty>
          )
        ) : view === "table" ? (
          <Table
            files={files}
            selected={selected}
            drag={mayChange ? (id) => (selected.has(id) ? [...selected] : [id]) : undefined}
            onToggle={toggle}
            onOpen={(id) => set({ file: id }, false)}
          />
        ) : (
          <ul className="grid grid-cols-[repeat(auto-fill,minmax(184px,1fr))] gap-4 p-6 max-sm:grid-cols-2 max-sm:gap-3 max-sm:p-4">
            {files.map((one) => (
              <Card
                key={one.id}
                file={one}
                isSelected={selected.has(one.id)}
                drag={mayChange ? () => (selected.has(one.id) ? [...selected] : [one.id]) : undefined}
                onToggle={(on) => toggle(one.id, on)}
                onOpen={() => set({ file: one.id }, false)}
              />
            ))}
          </ul>
        )}
        {found.hasNextPage && <More onSeen={() => void found.fetchNextPage()} />}
      </DropZone>
      {selected.size > 0 && (
        <div className="action-bar bg-raised px-6 max-sm:px-4">
          <span role="status" className="flex-1 font-medium">
            {t("files.selected", { count: selected.size })}
          </span>
          {files && files.length > selected.size && (
            <Button look="quiet" onPress={() => setSelected(new Set(files.map((one) => one.id)))}>
              {t("files.select.all", { count: files.length })}
            </Button>
          )}
          <Button icon={<Download size={16} />} onPress={() => void downloadFiles([...selected]).catch(toastError)}>
            {t("files.download")}
          </Button>
          {mayChange && (
            <Button icon={<FolderInput size={16} />} onPress={() => setMoving(true)}>
              {t("files.move")}
            </Button>
          )}
          {mayDelete && (
            <Button icon={<Trash2 size={16} />} onPress={() => void drop()}>
              {t("files.delete")}
            </Button>
          )}
          <IconButton label={t("files.unselect")} onPress={() => setSelected(new Set())}>
            <X size={18} />
          </IconButton>
        </div>
      )}
      {moving && (
        <MoveDialog
          ids={[...selected]}
          onClose={() => setMoving(false)}
          onMoved={() => {
            setMoving(false);
            setSelected(new Set());
            void refresh();
          }}
        />
      )}
      {file && <FileDrawer id={file} onClose={() => set({ file: undefined })} />}
      <Tray />
    </NavPanel>
  );
}

/** Loads the next page when it comes into sight. */
function More({ onSeen }: { onSeen: () => void }) {
  const place = useRef<HTMLDivElement>(null);
  const seen = useRef(onSeen);
  seen.current = onSeen;
  useEffect(() => {
    const watcher = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && seen.current(),
      {
        rootMargin: "600px",
      },
    );
    if (place.current) watcher.observe(place.current);
    return () => watcher.disconnect();
  }, []);
  return (
    <div ref={place} className="flex justify-center pb-6">
      <Button onPress={onSeen}>{t("files.more")}</Button>
    </div>
  );
}

const KINDS: [string, string][] = [
  ["video/", "film"],
  ["audio/", "music"],
  ["text/", "file-text"],
  ["application/pdf", "file-text"],
  ["application/zip", "file-archive"],
];

export function Thumb({ file, size, className }: { file: LibraryFile; size: number; className?: string }) {
  if (isImage(file)) {
    return (
      <img
        src={url(`/assets/${file.id}`, {
          // sizes that are there whatever the project allows
          key: size > 64 ? "system-medium-cover" : "system-small-cover",
          v: file.modified_on ? Date.parse(file.modified_on) : undefined,
        })}
        alt=""
        loading="lazy"
        className={cx("bg-sunken object-cover", className)}
      />
    );
  }
  const icon = KINDS.find(([kind]) => file.type?.startsWith(kind))?.[1] ?? "file";
  return (
    <span className={cx("flex items-center justify-center bg-sunken text-fg-3", className)}>
      <Icon name={icon} size={Math.min(32, size / 3)} />
    </span>
  );
}

interface CardProps {
  file: LibraryFile;
  isSelected: boolean;
  /** What goes along when it is dragged to a folder; the same is done by "Move". */
  drag?: () => string[];
  onToggle: (on: boolean) => void;
  onOpen: () => void;
}

const dragged = (ids: (() => string[]) | undefined) =>
  ids && {
    draggable: true,
    onDragStart: (event: DragEvent) => {
      event.dataTransfer.setData(DRAG_FILES, JSON.stringify(ids()));
      event.dataTransfer.effectAllowed = "move";
    },
  };

function Card({ file, isSelected, drag, onToggle, onOpen }: CardProps) {
  const title = fileTitle(file);
  return (
    <li
      {...dragged(drag)}
      className={cx(
        "group/card relative overflow-hidden rounded-card border bg-surface",
        isSelected ? "border-accent ring-1 ring-accent" : "border-line",
      )}
    >
      <AriaButton onPress={onOpen} className="block w-full text-start outline-offset-[-2px]">
        <Thumb file={file} size={336} className="aspect-square w-full" />
        <span className="block p-2.5">
          <span title={title} dir="auto" className={cx("block truncate font-medium", ANY_DIRECTION)}>
            {title}
          </span>
          <span dir="auto" title={factsOf(file)} className={cx("block truncate text-caption text-fg-3", ANY_DIRECTION)}>
            {factsOf(file)}
          </span>
        </span>
      </AriaButton>
      <div
        className={cx(
          "absolute start-2 top-2 rounded bg-surface/90 p-0.5 transition-opacity",
          !isSelected && "opacity-0 focus-within:opacity-100 group-hover/card:opacity-100 pointer-coarse:opacity-100",
        )}
      >
        <Checkbox
          aria-label={t("files.select", { name: title })}
          isSelected={isSelected}
          onChange={onToggle}
          className="min-w-6 justify-center pointer-coarse:relative pointer-coarse:min-h-7! pointer-coarse:min-w-7 pointer-coarse:after:absolute pointer-coarse:after:-inset-2"
        />
      </div>
    </li>
  );
}

export const factsOf = (file: LibraryFile): string =>
  [
    (/\.(\w{1,5})$/.exec(file.filename_download)?.[1] ?? file.type?.split("/").pop())?.toUpperCase(),
    file.width && file.height ? `${file.width} × ${file.height}` : null,
    file.filesize != null ? formatBytes(Number(file.filesize)) : null,
  ]
    .filter(Boolean)
    .join(" · ");

interface TableProps {
  files: LibraryFile[];
  selected: ReadonlySet<string>;
  drag?: (id: string) => string[];
  onToggle: (id: string, on: boolean) => void;
  onOpen: (id: string) => void;
}

function Table({ files, selected, drag, onToggle, onOpen }: TableProps) {
  return (
    <table className="w-full border-collapse">
      <thead className="sticky top-0 z-1 bg-bg">
        <tr className="border-b border-line text-dense text-fg-2">
          <th scope="col" className="w-12 ps-6">
            <span className="sr-only">{t("files.selection")}</span>
          </th>
          <th scope="col" className="py-2 text-start font-medium">
            {t("files.name")}
          </th>
          <th scope="col" className="w-56 text-start font-medium max-md:hidden">
            {t("files.facts")}
          </th>
          <th scope="col" className="w-36 pe-6 text-end font-medium max-sm:hidden">
            {t("files.uploaded")}
          </th>
        </tr>
      </thead>
      <tbody>
        {files.map((file) => {
          const title = fileTitle(file);
          return (
            <tr
              key={file.id}
              {...dragged(drag && (() => drag(file.id)))}
              className={cx("border-b border-line", selected.has(file.id) ? "bg-selected" : "hover:bg-hover")}
            >
              <td className="ps-6 pointer-coarse:ps-1">
                <Checkbox
                  className="pointer-coarse:w-11 pointer-coarse:justify-center"
                  aria-label={t("files.select", { name: title })}
                  isSelected={selected.has(file.id)}
                  onChange={(on) => onToggle(file.id, on)}
                />
              </td>
              <td className="max-w-0 py-1">
                <AriaButton
                  onPress={() => onOpen(file.id)}
                  className="flex w-full min-w-0 items-center gap-3 rounded-control py-0.5 text-start pointer-coarse:min-h-11"
                >
                  <Thumb file={file} size={64} className="size-8 shrink-0 rounded-[4px]" />
                  <span className="min-w-0">
                    <span title={title} dir="auto" className={cx("block truncate font-medium", ANY_DIRECTION)}>
                      {title}
                    </span>
                    <span className="block truncate text-caption text-fg-3">{file.filename_download}</span>
                  </span>
                </AriaButton>
              </td>
              <td className="text-dense text-fg-2 max-md:hidden">{factsOf(file)}</td>
              <td
                className="pe-6 text-end text-dense text-fg-2 max-sm:hidden"
                title={file.uploaded_on ? formatDateTime(file.uploaded_on) : undefined}
              >
                {file.uploaded_on ? formatRelative(file.uploaded_on) : ""}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const TOP = "top";

function MoveDialog({ ids, onClose, onMoved }: { ids: string[]; onClose: () => void; onMoved: () => void }) {
  const folders = useQuery(foldersQuery).data ?? [];
  const [target, setTarget] = useState(TOP);
  const [pending, setPending] = useState(false);
  async function move() {
    setPending(true);
    try {
      await patch("/files", { keys: ids, data: { folder: target === TOP ? null : target } });
      onMoved();
    } catch (error) {
      toastError(error);
      setPending(false);
    }
  }
  return (
    <Dialog
      isOpen
      size="small"
      title={t("files.move.title", { count: ids.length })}
      onClose={onClose}
      footer={
        <DialogActions onCancel={onClose} isPending={pending} onPress={() => void move()}>
          {t("files.move")}
        </DialogActions>
      }
    >
      <Select
        label={t("files.folder")}
        choices={[{ id: TOP, text: t("files.loose") }, ...folderChoices(folders)]}
        value={target}
        onChange={setTarget}
        className="pb-2"
      />
    </Dialog>
  );
}
