/** Ways to get a file: from this device (also by dropping it), from the library, from an address. */
import { FolderOpen, Link as LinkIcon, Upload } from "lucide-react";
import { type ClipboardEvent, type ReactNode, useState } from "react";
import { type DropItem, DropZone, FileTrigger } from "react-aria-components";
import { queryClient, useMay } from "~/api/queries";
import type { Filter, Key } from "~/api/types";
import { formatNumber } from "~/i18n/format";
import { t } from "~/i18n/words/item";
import { Button } from "~/kit/Button";
import { Dialog } from "~/kit/Dialog";
import { TextField } from "~/kit/fields";
import { cx } from "~/kit/style";
import { toastError } from "~/kit/Toast";
import { ItemPicker } from "~/relations/ItemPicker";
import { importFile, type UploadedFile, uploadFile } from "./upload";

export interface UploadMenuProps {
  multiple?: boolean;
  folder?: string | null;
  accept?: string[];
  filter?: Filter | null;
  selected?: readonly Key[];
  labelId: string;
  disabled: boolean;
  onFiles: (ids: string[]) => void;
  children?: ReactNode;
}

/** Whether a file is of one of the accepted types, as `image/*`. */
export const accepts = (accept: readonly string[] | undefined, type: string): boolean =>
  !accept?.length || accept.some((one) => (one.endsWith("/*") ? type.startsWith(one.slice(0, -1)) : one === type));

export function UploadMenu({
  multiple = false,
  folder,
  accept,
  filter,
  selected,
  labelId,
  disabled,
  onFiles,
  children,
}: UploadMenuProps) {
  const mayUpload = useMay("directus_files", "create").access !== "none";
  const mayChoose = useMay("directus_files", "read").access !== "none";
  const [progress, setProgress] = useState<{ name: string; part: number } | null>(null);
  const [picking, setPicking] = useState(false);
  const [importing, setImporting] = useState(false);

  const done = async (files: UploadedFile[]) => {
    if (files.length === 0) return;
    onFiles(files.map((file) => file.id));
    await queryClient.invalidateQueries({ queryKey: ["items", "directus_files"] });
  };
  const upload = async (files: File[]) => {
    const wanted = (multiple ? files : files.slice(0, 1)).filter((file) => {
      if (accepts(accept, file.type)) return true;
      toastError(new Error(t("interfaces.file.type", { name: file.name })));
      return false;
    });
    const stored: UploadedFile[] = [];
    for (const file of wanted) {
      setProgress({ name: file.name, part: 0 });
      try {
        stored.push(await uploadFile(file, { folder, onProgress: (part) => setProgress({ name: file.name, part }) }));
      } catch (error) {
        toastError(error, t("interfaces.file.failed", { name: file.name }));
      }
    }
    setProgress(null);
    await done(stored);
  };
  const drop = async (items: DropItem[]) => {
    const files = await Promise.all(items.flatMap((item) => (item.kind === "file" ? [item.getFile()] : [])));
    await upload(files);
  };
  // the zone itself takes only files that lie somewhere, not pictures that were copied
  const paste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    if (files.length === 0 || !mayUpload) return;
    event.preventDefault();
    event.nativeEvent.stopPropagation();
    void upload(files);
  };
  if (disabled) return <>{children}</>;
  return (
    <div onPaste={paste}>
      <DropZone
        aria-labelledby={labelId}
        isDisabled={!mayUpload}
        onDrop={(event) => void drop(event.items)}
        className={cx(
          "rounded-control data-[drop-target]:outline-2 data-[drop-target]:outline-accent",
          !children && "border border-dashed border-line-strong p-3",
        )}
      >
        {children}
        <div className={cx("flex flex-wrap items-center gap-2", Boolean(children) && "mt-2")}>
          {mayUpload && (
            <FileTrigger
              allowsMultiple={multiple}
              acceptedFileTypes={accept}
              onSelect={(list) => void upload([...(list ?? [])])}
            >
              <Button icon={<Upload size={16} />} isPending={progress !== null}>
                {t("interfaces.file.upload")}
              </Button>
            </FileTrigger>
          )}
          {mayChoose && (
            <Button icon={<FolderOpen size={16} />} onPress={() => setPicking(true)}>
              {t("interfaces.file.library")}
            </Button>
          )}
          {mayUpload && (
            <Button look="quiet" icon={<LinkIcon size={16} />} onPress={() => setImporting(true)}>
              {t("interfaces.file.address")}
            </Button>
          )}
          {!children && <span className="text-caption text-fg-3 max-sm:hidden">{t("interfaces.file.drop")}</span>}
        </div>
        {progress && (
          <p role="status" className="mt-2 text-dense text-fg-2">
            {t("interfaces.file.uploading", { name: progress.name })}
            {progress.part > 0 && ` ${formatNumber(progress.part, { style: "percent" })}`}
          </p>
        )}
        {picking && (
          <ItemPicker
            collection="directus_files"
            multiple={multiple}
            filter={filter ?? typeFilter(accept)}
            selected={selected}
            onPick={(keys) => onFiles(keys.map(String))}
            onClose={() => setPicking(false)}
          />
        )}
        {importing && (
          <AddressDialog
            onClose={() => setImporting(false)}
            onAddress={async (address) => {
              await done([await importFile(address, folder)]);
            }}
          />
        )}
      </DropZone>
    </div>
  );
}

function typeFilter(accept: string[] | undefined): Filter | null {
  if (!accept?.length) return null;
  return {
    _or: accept.map((one) => ({ type: one.endsWith("/*") ? { _starts_with: one.slice(0, -1) } : { _eq: one } })),
  };
}

function AddressDialog({ onAddress, onClose }: { onAddress: (address: string) => Promise<void>; onClose: () => void }) {
  const [address, setAddress] = useState("");
  const [pending, setPending] = useState(false);
  const apply = async () => {
    setPending(true);
    try {
      await onAddress(address.trim());
      onClose();
    } catch (error) {
      toastError(error);
    } finally {
      setPending(false);
    }
  };
  return (
    <Dialog
      isOpen
      size="small"
      onClose={onClose}
      title={t("interfaces.file.address")}
      footer={
        <Button look="primary" isPending={pending} isDisabled={address.trim() === ""} onPress={() => void apply()}>
          {t("interfaces.file.fetch")}
        </Button>
      }
    >
      <TextField
        label={t("interfaces.rich.link.url")}
        type="url"
        placeholder="https://"
        value={address}
        onChange={setAddress}
        autoFocus
      />
    </Dialog>
  );
}
