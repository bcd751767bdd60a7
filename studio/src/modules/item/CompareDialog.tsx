/** Two states of an item side by side, field by field. */
import { useState } from "react";
import { fieldName } from "~/api/names";
import type { Field } from "~/api/types";
import { DisplayValue } from "~/displays/DisplayValue";
import { isRef } from "~/form/journal";
import { both, type Choice, type Conflict, canBoth, firstChoice } from "~/form/merge";
import { t } from "~/i18n/words/item";
import { Dialog, DialogActions } from "~/kit/Dialog";
import { RadioGroup } from "~/kit/fields";
import { TextDiff } from "./TextDiff";

/** Fields that somebody else changed too: which value is it to be? */
export function ConflictDialog({
  conflicts,
  fields,
  onResolve,
  onClose,
}: {
  conflicts: readonly Conflict[];
  fields: readonly Field[];
  onResolve: (chosen: ReadonlyMap<string, { choice: Choice; value: unknown }>) => void;
  onClose: () => void;
}) {
  const [choices, setChoices] = useState<Record<string, Choice>>(() =>
    Object.fromEntries(conflicts.map((conflict) => [conflict.field, firstChoice(conflict)])),
  );
  const resolve = () =>
    onResolve(
      new Map(
        conflicts.map((conflict) => {
          const choice = choices[conflict.field] ?? "mine";
          const value = choice === "theirs" ? conflict.theirs : choice === "both" ? both(conflict) : conflict.mine;
          return [conflict.field, { choice, value }];
        }),
      ),
    );
  return (
    <Dialog
      isOpen
      size="large"
      onClose={onClose}
      title={t("item.conflict.title")}
      footer={
        <DialogActions onCancel={onClose} onPress={resolve}>
          {t("item.conflict.save")}
        </DialogActions>
      }
    >
      <p className="mb-4 text-fg-2">{t("item.conflict.text", { count: conflicts.length })}</p>
      <div className="flex flex-col gap-5">
        {conflicts.map((conflict) => {
          const field = fields.find((one) => one.field === conflict.field);
          if (!field) return null;
          return (
            <section key={conflict.field} className="rounded-card border border-line p-3">
              <h3 className="mb-2 font-semibold">{fieldName(field)}</h3>
              <SideBySide
                field={field}
                left={conflict.mine}
                right={conflict.theirs}
                leftName={t("item.conflict.mine")}
                rightName={t("item.conflict.theirs")}
              />
              <RadioGroup
                aria-label={t("item.conflict.choose", { field: fieldName(field) })}
                className="mt-3"
                horizontal
                value={choices[conflict.field]}
                onChange={(choice) => setChoices({ ...choices, [conflict.field]: choice as Choice })}
                choices={[
                  { id: "mine", text: t("item.conflict.keep_mine") },
                  { id: "theirs", text: t("item.conflict.keep_theirs") },
                  ...(canBoth(conflict) ? [{ id: "both", text: t("item.conflict.keep_both") }] : []),
                ]}
              />
            </section>
          );
        })}
      </div>
    </Dialog>
  );
}

export function SideBySide({
  field,
  left,
  right,
  leftName,
  rightName,
}: {
  field: Field;
  left: unknown;
  right: unknown;
  leftName: string;
  rightName: string;
}) {
  const texts = typeof left === "string" && typeof right === "string" && (left.length > 40 || right.length > 40);
  return (
    <div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
      {(
        [
          [leftName, left, right, "removed"],
          [rightName, right, left, "added"],
        ] as const
      ).map(([name, value, other, kind]) => (
        <div key={kind} className="min-w-0 rounded-control bg-sunken p-2.5">
          <div className="mb-1 text-caption text-fg-2">{name}</div>
          <div className="break-words whitespace-pre-wrap">
            {texts ? (
              <TextDiff text={String(value)} other={String(other)} kind={kind} />
            ) : (
              <Value field={field} value={value} />
            )}
          </div>
        </div>
      ))}
    </div>
  );
}

export function Value({ field, value }: { field: Field; value: unknown }) {
  if (isRef(value)) return <>{t("item.new_item")}</>;
  if (value === null || value === undefined || value === "")
    return <span className="text-fg-3">{t("item.nothing")}</span>;
  if (field.type === "alias" && Array.isArray(value)) return <>{t("relations.count", { count: value.length })}</>;
  if (field.type === "alias" && typeof value === "object") {
    const count = (name: string) => ((value as Record<string, unknown[] | undefined>)[name] ?? []).length;
    return (
      <>{t("item.compare.links", { added: count("create"), changed: count("update"), removed: count("delete") })}</>
    );
  }
  if (typeof value === "object") return <code className="font-mono text-[12px]">{JSON.stringify(value, null, 1)}</code>;
  if (field.type === "text" || field.type === "string") return <>{String(value)}</>;
  return <DisplayValue field={field} value={value} item={{ [field.field]: value }} collection={field.collection} />;
}
