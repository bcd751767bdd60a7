/** The indexes of a collection: which there are, making and dropping them. Each is made at once. */
import { useQuery } from "@tanstack/react-query";
import { ListTree, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { errorText } from "~/api/errors";
import { fieldName } from "~/api/names";
import { queryClient, schemaChanged } from "~/api/queries";
import type { Field } from "~/api/types";
import { t } from "~/i18n/words/admin";
import { Button, IconButton } from "~/kit/Button";
import { Badge, Notice } from "~/kit/bits";
import { confirm, Dialog, DialogActions } from "~/kit/Dialog";
import { Checkbox, TextField } from "~/kit/fields";
import { Empty, Failed, Loading } from "~/kit/states";
import { toast } from "~/kit/Toast";
import { pocketbase, type RecordCollection, recordCollectionQuery } from "../pocketbase";
import { nameOf } from "./names";

const quoted = (name: string) => `\`${name.replaceAll("`", "``")}\``;

/** What people look for in the text of an index. */
function parts(sql: string): { name: string; unique: boolean; columns: string } {
  const found = /^\s*CREATE\s+(UNIQUE\s+)?INDEX\s+(?:IF\s+NOT\s+EXISTS\s+)?(\S+)\s+ON\s+\S+\s*\((.*)\)/is.exec(sql);
  const bare = (text: string) => text.replace(/[`"[\]]/g, "");
  return { unique: Boolean(found?.[1]), name: bare(found?.[2] ?? sql), columns: bare(found?.[3] ?? "") };
}

export default function IndexesTab({ collection, fields }: { collection: string; fields: readonly Field[] }) {
  const found = useQuery(recordCollectionQuery(collection));
  const [adding, setAdding] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  if (found.isPending) return <Loading />;
  if (found.error) return <Failed error={found.error} onRetry={() => void found.refetch()} />;
  const { indexes } = found.data;
  async function save(next: string[], text: string): Promise<boolean> {
    setFailure(null);
    try {
      const saved = await pocketbase<RecordCollection>("PATCH", `/api/collections/${encodeURIComponent(collection)}`, {
        body: { indexes: next },
      });
      queryClient.setQueryData(recordCollectionQuery(collection).queryKey, saved);
      await schemaChanged();
      toast({ kind: "success", text });
      return true;
    } catch (error) {
      setFailure(errorText(error));
      return false;
    }
  }
  async function drop(sql: string) {
    const { name } = parts(sql);
    const sure = await confirm({
      title: t("develop.index.drop_title", { name }),
      text: t("develop.index.drop_text"),
      action: t("develop.index.drop"),
      danger: true,
    });
    if (sure)
      await save(
        indexes.filter((one) => one !== sql),
        t("develop.index.dropped", { name }),
      );
  }
  return (
    <div className="flex max-w-3xl flex-col gap-3">
      <p className="text-fg-2">{t("develop.index.text")}</p>
      {failure && !adding && (
        <div role="alert">
          <Notice tone="danger">{failure}</Notice>
        </div>
      )}
      {indexes.length === 0 ? (
        <Empty icon={<ListTree size={20} />} title={t("develop.index.empty")} />
      ) : (
        <ul className="overflow-hidden rounded-card border border-line bg-surface">
          {indexes.map((sql) => {
            const { name, unique, columns } = parts(sql);
            return (
              <li key={sql} className="flex min-h-10 items-center gap-2 border-b border-line px-3 py-1 last:border-b-0">
                <span className="font-medium">{columns}</span>
                <code className="min-w-0 flex-1 truncate font-mono text-caption text-fg-3" title={sql}>
                  {name}
                </code>
                {unique && <Badge>{t("develop.badge.unique")}</Badge>}
                <IconButton label={t("develop.index.drop_one", { name })} onPress={() => void drop(sql)}>
                  <Trash2 size={16} />
                </IconButton>
              </li>
            );
          })}
        </ul>
      )}
      <Button icon={<Plus size={16} />} className="self-start" onPress={() => setAdding(true)}>
        {t("develop.index.new")}
      </Button>
      {adding && (
        <NewIndex
          collection={collection}
          fields={fields}
          failure={failure}
          onClose={() => {
            setAdding(false);
            setFailure(null);
          }}
          onCreate={(sql) => save([...indexes, sql], t("develop.index.made"))}
        />
      )}
    </div>
  );
}

function NewIndex({
  collection,
  fields,
  failure,
  onClose,
  onCreate,
}: {
  collection: string;
  fields: readonly Field[];
  failure: string | null;
  onClose: () => void;
  onCreate: (sql: string) => Promise<boolean>;
}) {
  const [columns, setColumns] = useState<string[]>([]);
  const [unique, setUnique] = useState(false);
  const [name, setName] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const shown = name ?? `idx_${nameOf(`${collection} ${columns.join(" ")}`)}`;
  async function create() {
    setPending(true);
    const sql = `CREATE ${unique ? "UNIQUE " : ""}INDEX ${quoted(shown)} ON ${quoted(collection)} (${columns.map(quoted).join(", ")})`;
    if (await onCreate(sql)) onClose();
    setPending(false);
  }
  return (
    <Dialog
      isOpen
      title={t("develop.index.new")}
      onClose={onClose}
      footer={
        <DialogActions
          onCancel={onClose}
          isPending={pending}
          isDisabled={columns.length === 0}
          onPress={() => void create()}
        >
          {t("develop.create")}
        </DialogActions>
      }
    >
      <div className="flex flex-col gap-3">
        {failure && (
          <div role="alert">
            <Notice tone="danger">{failure}</Notice>
          </div>
        )}
        <fieldset className="flex flex-wrap gap-x-5 gap-y-1">
          <legend className="mb-1 text-dense font-medium">{t("develop.index.columns")}</legend>
          {fields
            .filter((field) => field.schema)
            .map((field) => {
              const place = columns.indexOf(field.field);
              return (
                <Checkbox
                  key={field.field}
                  isSelected={place >= 0}
                  onChange={(on) =>
                    setColumns(on ? [...columns, field.field] : columns.filter((one) => one !== field.field))
                  }
                >
                  {fieldName(field)}
                  {place >= 0 && columns.length > 1 && <span className="text-fg-3">{place + 1}</span>}
                </Checkbox>
              );
            })}
        </fieldset>
        <Checkbox isSelected={unique} onChange={setUnique}>
          {t("develop.settings.unique")}
        </Checkbox>
        <TextField label={t("develop.name")} mono value={shown} onChange={setName} />
      </div>
    </Dialog>
  );
}
