/** What a link leads to, as a sentence that can be changed. */
import { useId } from "react";
import { collectionName } from "~/api/names";
import { useCollections, useRelations } from "~/api/queries";
import { t } from "~/i18n/words/admin";
import { Checkbox, Select, TextField } from "~/kit/fields";
import { CollectionBox, isTarget } from "./CollectionBox";
import { type FieldDraft, junctionsBetween } from "./draft";
import { kindOf } from "./kinds";
import { nameOf } from "./names";

export function LinkSentence({
  draft,
  owner,
  onChange,
  error,
}: {
  draft: FieldDraft;
  owner: { name: string; label: string };
  onChange: (changes: Partial<FieldDraft>) => void;
  error?: string | null;
}) {
  const collections = useCollections();
  const relations = useRelations();
  const id = useId();
  const link = kindOf(draft.kind).link;
  const isOwn = !collections.some((one) => one.collection === owner.name);
  const found = collections.find((one) => one.collection === draft.target);
  const targetLabel =
    draft.newTarget ?? (found ? collectionName(found) : draft.target === owner.name ? owner.label : null);
  const ownerLabel = owner.label || t("develop.collection.this");
  const back = draft.reverseLabel ?? nameOf(owner.label || owner.name);
  const junctions = draft.many && draft.target ? junctionsBetween(owner.name, draft.target, relations) : [];
  const taken = junctions.findIndex((one) => JSON.stringify(one) === JSON.stringify(draft.junction));
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <span id={id} className="text-fg-2">
          {t(link === "back" ? "develop.link.each_has" : "develop.link.each", { owner: ownerLabel })}
        </span>
        {link === "back" ? (
          <span className="font-medium">{t("develop.link.many")}</span>
        ) : (
          <Select
            aria-label={t("develop.link.cardinality")}
            aria-describedby={id}
            className="w-40"
            choices={[
              { id: "one", text: t("develop.link.one") },
              { id: "own", text: t("develop.link.own") },
              { id: "many", text: t("develop.link.many") },
            ]}
            value={draft.many ? "many" : draft.schema.is_unique ? "own" : "one"}
            onChange={(value) =>
              onChange({
                many: value === "many",
                junction: null,
                schema: { ...draft.schema, is_unique: value === "own" },
              })
            }
          />
        )}
        <span className="text-fg-2">{t("develop.link.of")}</span>
        <CollectionBox
          aria-label={t("develop.link.target")}
          className="min-w-44 flex-1"
          target={draft.target}
          newTarget={draft.newTarget}
          own={isOwn ? { name: owner.name, label: ownerLabel } : undefined}
          onPick={(target, newTarget) =>
            onChange({
              target,
              newTarget,
              junction: null,
              reverse: target?.startsWith("directus_") ? false : draft.reverse || draft.target === null,
            })
          }
          error={error}
        />
      </div>
      {junctions.length > 0 && (
        <Select
          label={t("develop.link.junction")}
          choices={[
            { id: "", text: t("develop.link.junction.new") },
            ...junctions.map((one, index) => ({
              id: String(index),
              text: `${one.collection} (${one.back} → ${one.there})`,
            })),
          ]}
          value={taken < 0 ? "" : String(taken)}
          onChange={(index) => onChange({ junction: junctions[Number(index || -1)] ?? null })}
        />
      )}
      {targetLabel !== null && (
        <div className="flex min-h-(--st-control) flex-wrap items-center gap-2">
          <Checkbox isSelected={draft.reverse} onChange={(reverse) => onChange({ reverse })}>
            <span className="text-fg-2">
              {t(link === "back" ? "develop.link.shows_one" : "develop.link.shows", { target: targetLabel })}
            </span>
          </Checkbox>
          {draft.reverse && (
            <TextField
              aria-label={t("develop.link.reverse")}
              className="min-w-36 flex-1"
              value={back}
              onChange={(reverseLabel) => onChange({ reverseLabel })}
            />
          )}
        </div>
      )}
    </div>
  );
}

/** Which collections a link to many types may lead to. */
export function AllowedCollections({
  allowed,
  onChange,
  error,
}: {
  allowed: readonly string[];
  onChange: (allowed: string[]) => void;
  error?: string | null;
}) {
  const collections = useCollections().filter((one) => isTarget(one) && !one.meta?.hidden);
  return (
    <fieldset className="flex flex-wrap gap-x-4 gap-y-1">
      <legend className="mb-1 text-fg-2">{t("develop.link.allowed")}</legend>
      {collections.map((one) => (
        <Checkbox
          key={one.collection}
          isSelected={allowed.includes(one.collection)}
          onChange={(on) =>
            onChange(on ? [...allowed, one.collection] : allowed.filter((name) => name !== one.collection))
          }
        >
          {collectionName(one)}
        </Checkbox>
      ))}
      {error && <p className="w-full text-caption text-danger-fg">{error}</p>}
    </fieldset>
  );
}
