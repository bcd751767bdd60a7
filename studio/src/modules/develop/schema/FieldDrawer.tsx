/** One field of a collection: what is changed here waits in the pending changes. */
import { lazy } from "react";
import { fieldName } from "~/api/names";
import type { Field, Relation } from "~/api/types";
import { t } from "~/i18n/words/admin";
import { Button } from "~/kit/Button";
import { Drawer } from "~/kit/Dialog";
import { edited, type FieldEdit, lean, onDeleteOf, relationOf, type SchemaDraft } from "./changes";
import { fieldProblems } from "./collection_draft";
import { type FieldDraft, fieldNameOf } from "./draft";
import { FieldRow } from "./FieldRow";
import { FieldSettings, type FieldViewChanges } from "./FieldSettings";
import { nameProblem } from "./names";
import type { ChangeDraft } from "./useDraft";

const FieldBehaviour = lazy(() => import("./FieldBehaviour"));

export interface FieldDrawerProps {
  owner: { name: string; label: string };
  fields: readonly Field[];
  relations: readonly Relation[];
  draft: SchemaDraft;
  change: ChangeDraft;
  /** A field's name, or a draft's id. */
  open: string;
  onClose: () => void;
}

export function FieldDrawer(props: FieldDrawerProps) {
  const { draft, fields, open, onClose } = props;
  const added = draft.added.find((one) => one.id === open);
  const field = fields.find((one) => one.field === open);
  if (!added && !field) return null;
  const title = added ? added.label || t("develop.field.new") : field ? fieldName(field) : "";
  return (
    <Drawer
      isOpen
      onClose={onClose}
      title={title}
      footer={
        <Button look="primary" onPress={onClose}>
          {t("develop.done")}
        </Button>
      }
    >
      {added ? <Added {...props} added={added} /> : field && <Existing {...props} field={field} />}
    </Drawer>
  );
}

function Added({ added, owner, draft, fields, change, onClose }: FieldDrawerProps & { added: FieldDraft }) {
  const taken = new Set(fields.map((one) => draft.edits[one.field]?.name ?? one.field));
  return (
    <ul>
      <FieldRow
        draft={added}
        owner={owner}
        focus
        isOpen
        siblings={fields}
        error={fieldProblems(draft.added, taken).get(added.id)}
        onChange={(changes) =>
          change((now) => ({
            ...now,
            added: now.added.map((one) => (one.id === added.id ? { ...one, ...changes } : one)),
          }))
        }
        onRemove={() => {
          onClose();
          change((now) => ({ ...now, added: now.added.filter((one) => one.id !== added.id) }));
        }}
      />
    </ul>
  );
}

function Existing({ field, fields, relations, draft, change }: FieldDrawerProps & { field: Field }) {
  const name = field.field;
  const edit = draft.edits[name];
  const relation = relationOf(field, relations);
  const shown = edited(field, edit);
  const newName = edit?.name ?? name;
  const taken = new Set([
    ...fields.filter((one) => one !== field).map((one) => draft.edits[one.field]?.name ?? one.field),
    ...draft.added.map(fieldNameOf),
  ]);
  const problem = nameProblem(newName, taken);
  const set = (changes: FieldViewChanges) =>
    change((now) => {
      const before = now.edits[name] ?? {};
      const next: FieldEdit = {
        ...before,
        ...changes,
        meta: { ...before.meta, ...changes.meta },
        schema: { ...before.schema, ...changes.schema },
      };
      const kept = lean(next, field, relation);
      const { [name]: _, ...others } = now.edits;
      return { ...now, edits: kept ? { ...others, [name]: kept } : others };
    });
  return (
    <FieldSettings
      value={{
        name: newName,
        type: shown.type,
        meta: shown.meta ?? {},
        schema: shown.schema,
        // the rows of a table of links go with what they link
        onDelete:
          relation?.schema && !(relation.meta?.junction_field && shown.type === "alias")
            ? (edit?.onDelete ?? onDeleteOf(relation))
            : undefined,
      }}
      nameError={problem && problem !== "system" ? t(`develop.problem.${problem}`) : null}
      isBack={shown.type === "alias"}
      isKey={field.schema?.is_primary_key}
      onChange={set}
    >
      <FieldBehaviour field={shown} fields={fields} onChange={(meta) => set({ meta })} />
    </FieldSettings>
  );
}
