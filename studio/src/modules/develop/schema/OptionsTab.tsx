/** What a collection is called, how its items are shown, archived and ordered. Changes wait with those of its fields. */

import { useNavigate } from "@tanstack/react-router";
import { Plus, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { collectionName, fieldName } from "~/api/names";
import { useCollections } from "~/api/queries";
import type { Collection, CollectionMeta, Field, Translation } from "~/api/types";
import { Form } from "~/form/Form";
import { t } from "~/i18n/words/admin";
import { Button, IconButton } from "~/kit/Button";
import { Card } from "~/kit/bits";
import { Checkbox, Select, Switch, TextField } from "~/kit/fields";
import type { SchemaDraft } from "./changes";
import { DeleteCollection } from "./DeleteCollection";
import { lookFields } from "./lookFields";
import { TemplateField } from "./TemplateField";
import { isFolder, isSystem } from "./tree";
import type { ChangeDraft } from "./useDraft";

const NONE = "";

export default function OptionsTab({
  item,
  fields,
  draft,
  change,
}: {
  item: Collection;
  fields: readonly Field[];
  draft: SchemaDraft;
  change: ChangeDraft;
}) {
  const navigate = useNavigate();
  const collections = useCollections();
  const [deleting, setDeleting] = useState(false);
  const meta: Partial<CollectionMeta> = { ...item.meta, ...draft.meta };
  const set = (changes: Partial<CollectionMeta>) =>
    change((now) => {
      const before = (item.meta ?? {}) as unknown as Record<string, unknown>;
      const all = Object.entries({ ...now.meta, ...changes });
      const kept = all.filter(
        ([name, value]) => JSON.stringify(value ?? null) !== JSON.stringify(before[name] ?? null),
      );
      return { ...now, meta: Object.fromEntries(kept) as Partial<CollectionMeta> };
    });
  const columns = fields.filter((field) => field.schema && !field.schema.is_primary_key);
  const choices = (some: readonly Field[]) => [
    { id: NONE, text: t("develop.options.none") },
    ...some.map((field) => ({ id: field.field, text: fieldName(field) })),
  ];
  const folders = collections.filter((one) => isFolder(one) && !isSystem(one) && one.collection !== item.collection);
  const numbers = columns.filter((field) => ["integer", "bigInteger", "float", "decimal"].includes(field.type));
  const system = isSystem(item);
  if (system) return <p className="text-fg-2">{t("develop.options.system")}</p>;
  return (
    <div className="flex max-w-3xl flex-col gap-5">
      <Part title={t("develop.options.looks")}>
        <TextField
          label={t("develop.options.note")}
          className="col-span-full"
          value={meta.note ?? ""}
          onChange={(note) => set({ note: note || null })}
        />
        <div className="col-span-full">
          <Form
            fields={lookFields()}
            values={{ icon: meta.icon ?? null, color: meta.color ?? null }}
            onChange={(name, value) => set({ [name]: value || null })}
          />
        </div>
        <div className="col-span-full">
          <TemplateField
            collection={item.collection}
            fields={fields}
            value={meta.display_template ?? null}
            onChange={(display_template) => set({ display_template })}
          />
        </div>
        <Select
          label={t("develop.options.group")}
          choices={[
            { id: NONE, text: t("develop.options.none") },
            ...folders.map((one) => ({ id: one.collection, text: collectionName(one) })),
          ]}
          value={meta.group ?? NONE}
          onChange={(group) => set({ group: group || null })}
        />
        <div className="flex flex-col justify-center gap-2">
          <Switch isSelected={meta.hidden ?? false} onChange={(hidden) => set({ hidden })}>
            {t("develop.options.hidden")}
          </Switch>
          <Switch isSelected={meta.singleton ?? false} onChange={(singleton) => set({ singleton })}>
            {t("develop.singleton")}
          </Switch>
        </div>
        <div className="col-span-full">
          <Names names={meta.translations ?? []} onChange={(all) => set({ translations: all.length ? all : null })} />
        </div>
      </Part>
      <Part title={t("develop.options.order")}>
        <Select
          label={t("develop.options.sort_field")}
          note={t("develop.options.sort_field.note")}
          choices={choices(numbers)}
          value={meta.sort_field ?? NONE}
          onChange={(name) => set({ sort_field: name || null })}
        />
        <Select
          label={t("develop.options.archive_field")}
          choices={choices(columns)}
          value={meta.archive_field ?? NONE}
          onChange={(name) => set({ archive_field: name || null })}
        />
        {meta.archive_field && (
          <>
            <TextField
              label={t("develop.options.archive_value")}
              value={meta.archive_value ?? ""}
              onChange={(value) => set({ archive_value: value || null })}
            />
            <TextField
              label={t("develop.options.unarchive_value")}
              value={meta.unarchive_value ?? ""}
              onChange={(value) => set({ unarchive_value: value || null })}
            />
            <Switch
              className="col-span-full"
              isSelected={meta.archive_app_filter ?? true}
              onChange={(on) => set({ archive_app_filter: on })}
            >
              {t("develop.options.archive_app_filter")}
            </Switch>
          </>
        )}
      </Part>
      <Part title={t("develop.options.history")}>
        <Select
          label={t("develop.options.accountability")}
          choices={(["all", "activity", NONE] as const).map((id) => ({
            id,
            text: t(`develop.accountability.${id || "none"}`),
          }))}
          value={meta.accountability ?? NONE}
          onChange={(value) => set({ accountability: value === "all" || value === "activity" ? value : null })}
        />
        <TextField
          label={t("develop.options.preview_url")}
          placeholder="https://example.com/{{slug}}"
          value={meta.preview_url ?? ""}
          onChange={(url) => set({ preview_url: url || null })}
        />
        <Switch
          className="col-span-full"
          isSelected={meta.versioning ?? false}
          onChange={(versioning) => set({ versioning })}
        >
          {t("develop.options.versioning")}
        </Switch>
        <fieldset className="col-span-full flex flex-wrap gap-x-5 gap-y-1">
          <legend className="mb-1 text-dense font-medium">{t("develop.options.duplication")}</legend>
          {fields
            .filter((field) => !field.schema?.is_primary_key)
            .map((field) => {
              const chosen = meta.item_duplication_fields ?? [];
              return (
                <Checkbox
                  key={field.field}
                  isSelected={chosen.includes(field.field)}
                  onChange={(on) => {
                    const next = on ? [...chosen, field.field] : chosen.filter((name) => name !== field.field);
                    set({ item_duplication_fields: next.length ? next : null });
                  }}
                >
                  {fieldName(field)}
                </Checkbox>
              );
            })}
          <p className="w-full text-caption text-fg-3">{t("develop.options.duplication.note")}</p>
        </fieldset>
      </Part>
      <Card className="flex items-center gap-3 border-danger-line p-4">
        <div className="flex-1">
          <h3 className="font-semibold">{t("develop.options.delete")}</h3>
          <p className="text-fg-2">{t("develop.delete.data")}</p>
        </div>
        <Button look="danger" icon={<Trash2 size={16} />} onPress={() => setDeleting(true)}>
          {t("develop.delete")}
        </Button>
      </Card>
      {deleting && (
        <DeleteCollection
          collection={item}
          onClose={() => setDeleting(false)}
          onDeleted={() => void navigate({ to: "/develop/schema" })}
        />
      )}
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card className="p-4">
      <h3 className="mb-3 font-semibold">{title}</h3>
      <div className="grid grid-cols-2 gap-3 max-sm:grid-cols-1">{children}</div>
    </Card>
  );
}

/** The collection's name in several languages. */
function Names({ names, onChange }: { names: readonly Translation[]; onChange: (names: Translation[]) => void }) {
  const set = (index: number, changes: Partial<Translation>) =>
    onChange(names.map((one, place) => (place === index ? { ...one, ...changes } : one)));
  return (
    <div className="flex flex-col gap-1.5">
      <span className="text-dense font-medium">{t("develop.options.names")}</span>
      {names.map((one, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: names have no other identity while they are typed
        <div key={index} className="flex flex-wrap items-center gap-1.5">
          <TextField
            aria-label={t("develop.names.language")}
            placeholder="de-DE"
            className="w-20"
            value={one.language}
            onChange={(language) => set(index, { language })}
          />
          {(["translation", "singular", "plural"] as const).map((part) => (
            <TextField
              key={part}
              aria-label={t(`develop.names.${part}`)}
              placeholder={t(`develop.names.${part}`)}
              className="min-w-28 flex-1"
              value={one[part] ?? ""}
              onChange={(text) => set(index, { [part]: text })}
            />
          ))}
          <IconButton
            label={t("develop.remove", { name: one.translation })}
            onPress={() => onChange(names.filter((_, place) => place !== index))}
          >
            <Trash2 size={16} />
          </IconButton>
        </div>
      ))}
      <Button
        look="quiet"
        icon={<Plus size={16} />}
        className="self-start"
        onPress={() => onChange([...names, { language: "", translation: "" }])}
      >
        {t("develop.names.add")}
      </Button>
    </div>
  );
}
