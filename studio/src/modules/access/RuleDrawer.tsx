/** One permission in full: which items, which fields, what new values must be and begin with. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { fieldName } from "~/api/names";
import { fieldsQuery } from "~/api/queries";
import type { Field, Filter } from "~/api/types";
import { FilterBuilder } from "~/filter/FilterBuilder";
import { t } from "~/i18n/words/admin";
import { DialogActions, Drawer } from "~/kit/Dialog";
import { Checkbox, RadioGroup } from "~/kit/fields";
import { Loading } from "~/kit/states";
import type { Permission } from "./data";
import { Presets } from "./Presets";

export interface RuleDrawerProps {
  title: string;
  permission: Permission;
  onClose: () => void;
  onApply: (permission: Permission) => void;
}

export function RuleDrawer({ title, permission, onClose, onApply }: RuleDrawerProps) {
  const { action, collection } = permission;
  const [draft, setDraft] = useState(permission);
  const [bad, setBad] = useState({ items: false, validation: false, presets: false });
  const judge = (part: keyof typeof bad) => (is: boolean) => setBad((before) => ({ ...before, [part]: is }));
  const fields = useQuery(fieldsQuery(collection)).data;
  const change = (changes: Partial<Permission>) => setDraft((before) => ({ ...before, ...changes }));
  const writes = action === "create" || action === "update";
  return (
    <Drawer
      isOpen
      title={title}
      onClose={onClose}
      footer={
        <DialogActions
          onCancel={onClose}
          isDisabled={bad.items || bad.validation || bad.presets}
          onPress={() => onApply(draft)}
        >
          {t("access.rule.apply")}
        </DialogActions>
      }
    >
      <div className="flex flex-col gap-8">
        {action !== "create" && (
          <Part title={t("access.rule.items")} note={t(`access.rule.items.${action}`)}>
            <Condition
              collection={collection}
              value={draft.permissions}
              everything={t("access.rule.items.all")}
              some={t("access.rule.items.some")}
              label={t("access.rule.items")}
              onChange={(permissions) => change({ permissions })}
              onBad={judge("items")}
            />
          </Part>
        )}
        {action !== "delete" && action !== "share" && (
          <Part title={t("access.rule.fields")} note={t(`access.rule.fields.${action}`)}>
            {fields ? (
              <Fields fields={fields} value={draft.fields} onChange={(names) => change({ fields: names })} />
            ) : (
              <Loading />
            )}
          </Part>
        )}
        {writes && (
          <>
            <Part title={t("access.rule.validation")} note={t("access.rule.validation.note")}>
              <Condition
                collection={collection}
                value={draft.validation}
                everything={t("access.rule.validation.all")}
                some={t("access.rule.validation.some")}
                label={t("access.rule.validation")}
                onChange={(validation) => change({ validation })}
                onBad={judge("validation")}
              />
            </Part>
            <Part title={t("access.rule.presets")} note={t("access.rule.presets.note")}>
              <Presets
                collection={collection}
                value={draft.presets}
                onChange={(presets) => {
                  judge("presets")(presets === undefined);
                  if (presets !== undefined) change({ presets });
                }}
              />
            </Part>
          </>
        )}
      </div>
    </Drawer>
  );
}

function Part({ title, note, children }: { title: string; note: string; children: React.ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-2">
      <div>
        <h3 className="font-semibold">{title}</h3>
        <p className="text-dense text-fg-2">{note}</p>
      </div>
      {children}
    </section>
  );
}

interface ConditionProps {
  collection: string;
  value: Filter | null;
  everything: string;
  some: string;
  label: string;
  onChange: (value: Filter | null) => void;
  /** Told whether the condition is unfinished: without its rule it would hold for everything. */
  onBad: (bad: boolean) => void;
}

function Condition({ collection, value, everything, some, label, onChange, onBad }: ConditionProps) {
  const [narrow, setNarrow] = useState(value !== null && Object.keys(value).length > 0);
  const [unfinished, setUnfinished] = useState(false);
  const bad = narrow && (unfinished || value === null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: told when it changes
  useEffect(() => onBad(bad), [bad]);
  return (
    <div className="flex flex-col gap-3">
      <RadioGroup
        aria-label={label}
        choices={[
          { id: "all", text: everything },
          { id: "some", text: some },
        ]}
        value={narrow ? "some" : "all"}
        onChange={(id) => {
          setNarrow(id === "some");
          if (id === "all") onChange(null);
        }}
      />
      {narrow && (
        <FilterBuilder collection={collection} value={value} onChange={onChange} onUnfinished={setUnfinished} dynamic />
      )}
      {bad && <p className="text-dense text-fg-2">{t("access.rule.unfinished", { everything })}</p>}
    </div>
  );
}

function Fields({
  fields,
  value,
  onChange,
}: {
  fields: Field[];
  value: string[] | null;
  onChange: (names: string[]) => void;
}) {
  const all = value?.includes("*") ?? false;
  const chosen = new Set(value ?? []);
  return (
    <div className="flex flex-col gap-2">
      <Checkbox isSelected={all} onChange={(on) => onChange(on ? ["*"] : [])}>
        {t("access.rule.fields.all")}
      </Checkbox>
      {!all && (
        <div className="grid grid-cols-2 gap-x-4 gap-y-1.5 rounded-card border border-line p-3 max-sm:grid-cols-1">
          {fields.map((field) => (
            <Checkbox
              key={field.field}
              isSelected={chosen.has(field.field)}
              onChange={(on) =>
                onChange(
                  fields.map((one) => one.field).filter((name) => (name === field.field ? on : chosen.has(name))),
                )
              }
            >
              <span className="min-w-0 truncate">{fieldName(field)}</span>
            </Checkbox>
          ))}
        </div>
      )}
    </div>
  );
}
