/** The form as it will be, with the changes that wait. Nothing typed here goes anywhere. */
import { useState } from "react";
import type { Field } from "~/api/types";
import { Form } from "~/form/Form";
import { t } from "~/i18n/words/admin";
import { Card } from "~/kit/bits";
import { asField, edited, placesOf, type SchemaDraft } from "./changes";

export default function Preview({
  collection,
  fields,
  draft,
}: {
  collection: string;
  fields: readonly Field[];
  draft: SchemaDraft;
}) {
  const [values, setValues] = useState<Record<string, unknown>>({});
  const byName = new Map(fields.map((field) => [field.field, field]));
  const shown = placesOf(fields, draft).flatMap(({ key, group }, index): Field[] => {
    const added = draft.added.find((one) => one.id === key);
    const found = byName.get(key);
    const field = added ? asField(added, collection) : found && edited(found, draft.edits[key]);
    if (!field?.meta) return [];
    const groupDraft = draft.added.find((one) => one.id === group);
    const inside = groupDraft ? asField(groupDraft, collection).field : group;
    return [{ ...field, meta: { ...field.meta, sort: index + 1, group: inside } }];
  });
  return (
    <section aria-label={t("develop.preview")} className="sticky top-0 flex flex-col gap-2">
      <h2 className="text-dense font-medium text-fg-2">{t("develop.preview")}</h2>
      <Card className="p-4">
        <Form
          fields={shown}
          values={values}
          context={{ collection, itemId: null, values }}
          onChange={(name, value) => setValues((now) => ({ ...now, [name]: value }))}
        />
      </Card>
    </section>
  );
}
