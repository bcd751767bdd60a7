/** The same change for many items: which fields, what becomes of them, and what that means before it is done. */
import { useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { fieldName } from "~/api/names";
import { useMay, useMe, useRelations } from "~/api/queries";
import { linkOf } from "~/api/relations";
import type { Field, Item, Key } from "~/api/types";
import { AddField } from "~/filter/AddField";
import { RelatedBox } from "~/filter/RelatedBox";
import { Form } from "~/form/Form";
import type { RowChange } from "~/grid/edits";
import type { Operation } from "~/grid/history";
import { t } from "~/i18n/i18n";
import { IconButton } from "~/kit/Button";
import { Notice } from "~/kit/bits";
import { DialogActions, Drawer } from "~/kit/Dialog";
import { NumberField, Select, TextField } from "~/kit/fields";
import { Loading } from "~/kit/states";
import { toastError } from "~/kit/Toast";
import { changeItems, closedKeys, type Failure, itemsByKeys, operationOf } from "./bulk";
import { fieldsFor, isReady, type Operator, operatorsFor, plan, refusedBy, type Step } from "./operations";
import type { NamedItemsProps } from "./tools/NamedItems";

const NamedItems = lazy(() => import("./tools/NamedItems"));

export interface BulkEditProps {
  collection: string;
  fields: readonly Field[];
  keyName: string;
  keys: readonly Key[];
  onClose: () => void;
  onDone: (operation: Operation | null, changed: number, failures: readonly Failure[]) => void;
}

export default function BulkEdit({ collection, fields, keyName, keys, onClose, onDone }: BulkEditProps) {
  const relations = useRelations();
  const may = useMay(collection, "update");
  const me = useMe();
  const [steps, setSteps] = useState<Step[]>([]);
  const [progress, setProgress] = useState<number | null>(null);
  const ready = steps.filter(isReady);
  const writable = (field: Field) => may.fields?.includes("*") || may.fields?.includes(field.field);
  const asked = fieldsFor(ready, fields);
  const preview = useQuery({
    queryKey: ["items", collection, "bulk", keys, asked],
    queryFn: () => itemsByKeys(collection, keyName, keys, asked),
    enabled: ready.length > 0,
    staleTime: 0,
  });
  const closed = useQuery({
    queryKey: ["items", collection, "bulk", "closed", keys, ready.map((step) => step.field.field)],
    queryFn: ({ signal }) =>
      closedKeys(
        collection,
        keys,
        ready.map((step) => step.field.field),
        signal,
      ),
    enabled: ready.length > 0 && may.access === "partial",
    staleTime: 0,
  });
  // where nobody can say, what is refused shows when it is tried
  const barred = new Set(closed.data);
  /** What becomes of these items, without what the rules of the fields refuse. */
  const planFor = (found: Item[]) => {
    const open = found.filter((item) => !barred.has(item[keyName] as Key));
    const whole = plan(ready, open, keyName);
    const refused = refusedBy(ready, open, keyName, whole.changes, { user: me.id, role: me.role?.id ?? null });
    const bad = new Set(refused.map((one) => one.key));
    const good = (row: RowChange) => !bad.has(row.key);
    return { ...whole, changes: whole.changes.filter(good), back: whole.back.filter(good), refused };
  };
  const planned = preview.data && !closed.isLoading && ready.length ? planFor(preview.data) : undefined;
  const change = (index: number, step: Step | null) =>
    setSteps(steps.flatMap((one, at) => (at === index ? (step ? [step] : []) : [one])));

  async function run(): Promise<void> {
    setProgress(0);
    try {
      // what is written is what is there now, not what was there when the preview was made
      const fresh = await itemsByKeys(collection, keyName, keys, asked);
      const { changes, back, refused } = planFor(fresh);
      const result = await changeItems(collection, keyName, changes, setProgress);
      const done = new Set(result.done);
      const operation = done.size
        ? operationOf(
            collection,
            keyName,
            t("content.undo.edited", { count: done.size }),
            back.filter((row) => done.has(row.key)),
            changes.filter((row) => done.has(row.key)),
          )
        : null;
      const left = [...barred].map((key) => ({ key, message: t("content.bulk_edit.closed.one") }));
      onDone(operation, done.size, [...left, ...refused, ...result.failures]);
    } catch (error) {
      toastError(error);
      setProgress(null);
    }
  }

  return (
    <Drawer
      isOpen
      onClose={onClose}
      title={t("content.bulk_edit.title", { count: keys.length })}
      footer={
        <DialogActions
          onCancel={onClose}
          isDisabled={progress !== null || !planned?.changes.length}
          onPress={() => void run()}
        >
          {progress !== null
            ? t("content.bulk_edit.progress", { done: progress, count: planned?.changes.length ?? 0 })
            : t("content.bulk_edit.run", { count: planned?.changes.length ?? 0 })}
        </DialogActions>
      }
    >
      <div className="flex flex-col gap-5">
        {steps.length === 0 && <p className="text-fg-2">{t("content.bulk_edit.start")}</p>}
        {steps.map((step, index) => (
          <StepEditor
            key={step.field.field}
            step={step}
            onChange={(next) => change(index, next)}
            onRemove={() => change(index, null)}
          />
        ))}
        <AddField
          text={t("content.bulk_edit.add")}
          label={t("content.bulk_edit.add")}
          collection={collection}
          fields={fields}
          nested={false}
          accepts={(field) =>
            writable(field) === true &&
            operatorsFor(field, linkOf(field, relations)).length > 0 &&
            !steps.some((one) => one.field.field === field.field)
          }
          onPick={({ field, link }) => {
            const [operator = "set"] = operatorsFor(field, link);
            setSteps([...steps, { field, link, operator, value: undefined }]);
          }}
        />
        {ready.length > 0 && (
          <div role="status" aria-live="polite">
            <Notice
              tone="info"
              title={
                planned &&
                (barred.size || planned.refused.length
                  ? t("content.bulk_edit.some", { count: planned.changes.length, all: keys.length })
                  : t("content.bulk_edit.changes", { count: planned.changes.length }))
              }
            >
              {!planned ? t("app.loading") : planned.same > 0 && t("content.bulk_edit.same", { count: planned.same })}
            </Notice>
          </div>
        )}
        {planned && barred.size > 0 && (
          <Left
            title={t("content.bulk_edit.closed", { count: barred.size })}
            collection={collection}
            items={[...barred].map((key) => ({ key }))}
          />
        )}
        {planned && planned.refused.length > 0 && (
          <Left
            title={t("content.bulk_edit.refused", { count: planned.refused.length })}
            collection={collection}
            items={planned.refused}
          />
        )}
      </div>
    </Drawer>
  );
}

/** Items that will stay as they are. */
function Left({ title, collection, items }: { title: string } & Pick<NamedItemsProps, "collection" | "items">) {
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-semibold">{title}</h3>
      <Suspense fallback={<Loading />}>
        <NamedItems collection={collection} label={title} items={items} />
      </Suspense>
    </section>
  );
}

function StepEditor({
  step,
  onChange,
  onRemove,
}: {
  step: Step;
  onChange: (step: Step) => void;
  onRemove: () => void;
}) {
  const { field, link, operator, value } = step;
  const name = fieldName(field);
  return (
    <section aria-label={name} className="flex flex-col gap-2 rounded-card border border-line p-3">
      <div className="flex items-center gap-2">
        <h3 className="min-w-0 flex-1 truncate font-medium">{name}</h3>
        <Select
          aria-label={t("content.bulk_edit.operation", { name })}
          choices={operatorsFor(field, link).map((id) => ({ id, text: t(`content.operator.${id}`) }))}
          value={operator}
          onChange={(id) => onChange({ ...step, operator: id as Operator, value: undefined, find: undefined })}
          className="w-44"
        />
        <IconButton label={t("content.bulk_edit.remove", { name })} onPress={onRemove}>
          <Trash2 size={16} />
        </IconButton>
      </div>
      {operator === "replace" && (
        <div className="flex gap-2">
          <TextField
            label={t("content.bulk_edit.find")}
            value={step.find ?? ""}
            onChange={(find) => onChange({ ...step, find })}
            className="flex-1"
          />
          <TextField
            label={t("content.bulk_edit.with")}
            value={typeof value === "string" ? value : ""}
            onChange={(text) => onChange({ ...step, value: text })}
            className="flex-1"
          />
        </div>
      )}
      {operator === "increase" && (
        <NumberField
          label={t("content.bulk_edit.by")}
          value={typeof value === "number" ? value : Number.NaN}
          onChange={(number) => onChange({ ...step, value: number })}
        />
      )}
      {link?.related && ["set", "add", "remove"].includes(operator) && (
        <RelatedBox
          collection={link.related}
          label={t("content.bulk_edit.item")}
          value={Array.isArray(value) ? value[0] : value}
          onChange={(key) => onChange({ ...step, value: operator === "set" ? key : key === null ? [] : [key] })}
        />
      )}
      {!link && ["add", "remove"].includes(operator) && (
        <TextField
          aria-label={t("content.bulk_edit.entries")}
          placeholder={t("filter.values.placeholder")}
          defaultValue={Array.isArray(value) ? value.join(", ") : ""}
          onChange={(text) =>
            onChange({
              ...step,
              value: text
                .split(",")
                .map((one) => one.trim())
                .filter(Boolean),
            })
          }
        />
      )}
      {!link && operator === "set" && (
        <Form
          fields={[{ ...field, meta: field.meta && { ...field.meta, group: null, hidden: false, width: "full" } }]}
          values={{ [field.field]: value ?? null }}
          mode="batch"
          titled={false}
          onChange={(_, next) => onChange({ ...step, value: next })}
        />
      )}
    </section>
  );
}
