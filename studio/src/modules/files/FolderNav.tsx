/** Folders beside the files: choose, make, rename, move, delete. */
import { useQuery } from "@tanstack/react-query";
import { Ellipsis, Folder as FolderIcon, FolderPlus, Images, Inbox, User } from "lucide-react";
import { type DragEvent, type ReactNode, useState } from "react";
import { get, patch, post, remove } from "~/api/client";
import { errorText } from "~/api/errors";
import { treeOf, within } from "~/api/hierarchy";
import { queryClient, useMay } from "~/api/queries";
import { t } from "~/i18n/words/files";
import { Button, IconButton } from "~/kit/Button";
import { Notice } from "~/kit/bits";
import { confirm, Dialog, DialogActions } from "~/kit/Dialog";
import { Select, TextField } from "~/kit/fields";
import { Menu } from "~/kit/Menu";
import { cx } from "~/kit/style";
import { toast, toastError } from "~/kit/Toast";
import { NavGroup, NavLink } from "~/shell/NavPanel";
import { DRAG_FILES, DRAG_FOLDER, type Folder, folderChoices, foldersQuery } from "./data";

export function FolderNav({ current }: { current: string | undefined }) {
  const folders = useQuery(foldersQuery).data ?? [];
  const mayChange = useMay("directus_folders", "update").access !== "none";
  const [editing, setEditing] = useState<Folder | null>(null);
  const link = (folder: string | undefined) => ({ to: "/files", search: { folder }, activeOptions: { exact: true } });
  return (
    <>
      <div className="flex flex-col gap-px">
        <NavLink {...link(undefined)} icon={<Images size={16} />}>
          {t("files.all")}
        </NavLink>
        <NavLink {...link("mine")} icon={<User size={16} />}>
          {t("files.mine")}
        </NavLink>
        <NavLink {...link("none")} icon={<Inbox size={16} />}>
          {t("files.loose")}
        </NavLink>
      </div>
      {folders.length > 0 && (
        <NavGroup title={t("files.folders")}>
          {treeOf(folders).map(({ one: folder, depth }) => (
            <FolderRow key={folder.id} folder={folder} folders={folders} depth={depth} mayChange={mayChange}>
              <NavLink {...link(folder.id)} icon={<FolderIcon size={16} />} className="min-w-0 flex-1">
                {folder.name}
              </NavLink>
              {mayChange && (
                <Menu
                  label={t("files.folder.actions", { name: folder.name })}
                  commands={[
                    [{ id: "edit", text: t("files.folder.edit"), onAction: () => setEditing(folder) }],
                    [
                      {
                        id: "delete",
                        text: t("files.folder.delete"),
                        danger: true,
                        onAction: () => void dropFolder(folder, folders),
                      },
                    ],
                  ]}
                >
                  <IconButton
                    label={t("files.folder.actions", { name: folder.name })}
                    className={folder.id === current ? "" : "opacity-0 group-hover/row:opacity-100 focus:opacity-100"}
                  >
                    <Ellipsis size={16} />
                  </IconButton>
                </Menu>
              )}
            </FolderRow>
          ))}
        </NavGroup>
      )}
      {editing && <FolderDialog folder={editing} folders={folders} onClose={() => setEditing(null)} />}
    </>
  );
}

/** A folder in the list. Files and folders that are dragged onto it move there. */
function FolderRow({
  folder,
  folders,
  depth,
  mayChange,
  children,
}: {
  folder: Folder;
  folders: readonly Folder[];
  depth: number;
  mayChange: boolean;
  children: ReactNode;
}) {
  const [over, setOver] = useState(false);
  const takes = ({ dataTransfer }: DragEvent) =>
    dataTransfer.types.includes(DRAG_FILES) || (mayChange && dataTransfer.types.includes(DRAG_FOLDER));
  async function take({ dataTransfer }: DragEvent) {
    const files = dataTransfer.getData(DRAG_FILES);
    const moved = dataTransfer.getData(DRAG_FOLDER);
    try {
      if (files) {
        const keys = JSON.parse(files) as string[];
        await patch("/files", { keys, data: { folder: folder.id } });
        toast({ kind: "success", text: t("files.moved", { count: keys.length, name: folder.name }) });
      } else if (moved && !within(folders, moved).has(folder.id)) {
        await patch(`/folders/${moved}`, { parent: folder.id });
      }
      await refresh();
    } catch (error) {
      toastError(error);
    }
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dragging is for the mouse; menus do the same
    <div
      className={cx("group/row flex items-center rounded-control", over && "bg-accent-bg")}
      style={{ paddingInlineStart: depth * 14 }}
      draggable={mayChange}
      onDragStart={(event) => {
        event.dataTransfer.clearData();
        event.dataTransfer.setData(DRAG_FOLDER, folder.id);
      }}
      onDragOver={(event) => {
        if (!takes(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        if (!takes(event)) return;
        event.preventDefault();
        void take(event);
      }}
    >
      {children}
    </div>
  );
}

/** What is in a folder goes into the one above. */
async function dropFolder(folder: Folder, folders: readonly Folder[]): Promise<void> {
  const inside = folders.filter((one) => one.parent === folder.id).map((one) => one.id);
  let files: number;
  try {
    const [row] = await get<{ count: number | string }[]>("/files", {
      aggregate: { count: "*" },
      filter: { folder: { _eq: folder.id } },
    });
    files = Number(row?.count ?? 0);
  } catch (error) {
    toastError(error);
    return;
  }
  const sure = await confirm({
    title: t("files.folder.delete.title", { name: folder.name }),
    text:
      files || inside.length
        ? t("files.folder.delete.content", { files, folders: inside.length })
        : t("files.folder.delete.empty"),
    action: t("files.folder.delete"),
    danger: true,
  });
  if (!sure) return;
  try {
    if (inside.length) await patch("/folders", { keys: inside, data: { parent: folder.parent } });
    await patch("/files", {
      query: { filter: { folder: { _eq: folder.id } }, limit: -1 },
      data: { folder: folder.parent },
    });
    await remove(`/folders/${folder.id}`);
    await refresh();
  } catch (error) {
    toastError(error);
  }
}

const refresh = (): Promise<unknown> =>
  Promise.all(["folders", "files"].map((key) => queryClient.invalidateQueries({ queryKey: [key] })));

export function NewFolder({ parent }: { parent: string | null }) {
  const mayCreate = useMay("directus_folders", "create").access !== "none";
  const folders = useQuery(foldersQuery).data ?? [];
  const [open, setOpen] = useState(false);
  if (!mayCreate) return null;
  return (
    <>
      <Button
        look="quiet"
        icon={<FolderPlus size={16} />}
        className="w-full justify-start"
        onPress={() => setOpen(true)}
      >
        {t("files.folder.new")}
      </Button>
      {open && <FolderDialog folder={{ id: "", name: "", parent }} folders={folders} onClose={() => setOpen(false)} />}
    </>
  );
}

const TOP = "top";

function FolderDialog({ folder, folders, onClose }: { folder: Folder; folders: Folder[]; onClose: () => void }) {
  const [name, setName] = useState(folder.name);
  const [parent, setParent] = useState(folder.parent);
  const [failure, setFailure] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  // a folder can't lie in itself
  const inside = folder.id ? within(folders, folder.id) : new Set<string>();

  async function save() {
    if (!name.trim() || pending) return;
    setPending(true);
    setFailure(null);
    try {
      const body = { name: name.trim(), parent };
      await (folder.id ? patch(`/folders/${folder.id}`, body) : post("/folders", body));
      await refresh();
      onClose();
    } catch (error) {
      setFailure(errorText(error));
      setPending(false);
    }
  }

  const title = t(folder.id ? "files.folder.edit" : "files.folder.new");
  return (
    <Dialog
      isOpen
      size="small"
      title={title}
      onClose={onClose}
      footer={
        <DialogActions onCancel={onClose} isDisabled={!name.trim()} isPending={pending} onPress={() => void save()}>
          {t(folder.id ? "files.folder.save" : "files.folder.create")}
        </DialogActions>
      }
    >
      <form
        className="flex flex-col gap-4 pb-2"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {failure && (
          <div role="alert">
            <Notice tone="danger">{failure}</Notice>
          </div>
        )}
        <TextField label={t("files.folder.name")} value={name} onChange={setName} autoFocus isRequired />
        <Select
          label={t("files.folder.parent")}
          choices={[
            { id: TOP, text: t("files.folder.top") },
            ...folderChoices(folders.filter((one) => !inside.has(one.id))),
          ]}
          value={parent ?? TOP}
          onChange={(id) => setParent(id === TOP ? null : id)}
        />
      </form>
    </Dialog>
  );
}
