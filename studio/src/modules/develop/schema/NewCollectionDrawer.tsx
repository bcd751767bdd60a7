/** A new collection with its fields and links, made in one go. */
import { useNavigate } from "@tanstack/react-router";
import { CircleAlert, KeyRound, RotateCcw } from "lucide-react";
import { useEffect, useState } from "react";
import { Form } from "react-aria-components";
import { useCollections } from "~/api/queries";
import { t } from "~/i18n/words/admin";
import { Button } from "~/kit/Button";
import { Notice } from "~/kit/bits";
import { DialogActions, Drawer } from "~/kit/Dialog";
import { Checkbox, Select, Switch, TextField } from "~/kit/fields";
import { toast } from "~/kit/Toast";
import { applyChanges, knownFor } from "./apply";
import { asField } from "./changes";
import {
  type CollectionDraft,
  changeSetOf,
  collectionNameOf,
  type Extras,
  newDraft,
  problemsOf,
} from "./collection_draft";
import { type FieldDraft, fieldId, type KeyType, newField } from "./draft";
import { FieldPalette } from "./FieldPalette";
import { FieldRow } from "./FieldRow";
import { failureText } from "./failure";
import { nameProblem } from "./names";
import { Section } from "./Section";

const KEPT = "satchel.new-collection";
const EXTRAS: (keyof Extras)[] = ["status", "sort", "created", "createdBy", "updated", "updatedBy"];

function kept(group: string | null): CollectionDraft {
  try {
    const text = sessionStorage.getItem(KEPT);
    return text ? { ...newDraft(), ...(JSON.parse(text) as CollectionDraft) } : newDraft("", group);
  } catch {
    return newDraft("", group);
  }
}

const isEmpty = (draft: CollectionDraft) => draft.label === "" && draft.fields.length === 0;

/**
 * What is typed stays for the session, until the collection is made or the draft is thrown away. After making, `onMade`
 * is called with the new name; without it the new collection's list opens.
 */
export function NewCollectionDrawer({
  isOpen,
  onClose,
  onMade,
  group = null,
}: {
  isOpen: boolean;
  onClose: () => void;
  onMade?: (collection: string) => void;
  /** The folder that the collection goes into. */
  group?: string | null;
}) {
  return isOpen ? <Opened onClose={onClose} onMade={onMade} group={group} /> : null;
}

function Opened({
  onClose,
  onMade,
  group,
}: {
  onClose: () => void;
  onMade?: (collection: string) => void;
  group: string | null;
}) {
  const navigate = useNavigate();
  const collections = useCollections();
  const [draft, setDraft] = useState(() => kept(group));
  const [added, setAdded] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [pending, setPending] = useState(false);
  const [naming, setNaming] = useState(draft.name !== undefined);

  useEffect(() => {
    if (isEmpty(draft)) sessionStorage.removeItem(KEPT);
    else sessionStorage.setItem(KEPT, JSON.stringify(draft));
  }, [draft]);

  const change = (changes: Partial<CollectionDraft>) => setDraft((now) => ({ ...now, ...changes }));
  const changeField = (id: string, changes: Partial<FieldDraft>) =>
    setDraft((now) => ({
      ...now,
      fields: now.fields.map((field) => (field.id === id ? { ...field, ...changes } : field)),
    }));
  const name = collectionNameOf(draft);
  const taken = new Set(collections.map((one) => one.collection));
  const wrongName = nameProblem(name, taken);
  const problems = problemsOf(draft);
  const owner = { name, label: draft.label.trim() };
  const siblings = draft.fields.map((field) => asField(field, name));

  async function create() {
    setTried(true);
    if (wrongName || problems.size) return;
    setPending(true);
    setFailure(null);
    try {
      const known = await knownFor(draft.fields);
      const words = {
        published: t("develop.status.published"),
        draft: t("develop.status.draft"),
        archived: t("develop.status.archived"),
      };
      const set = changeSetOf(draft, known, words);
      await applyChanges(set);
      sessionStorage.removeItem(KEPT);
      toast({ kind: "success", text: t("develop.made", { name: owner.label || name }) });
      onClose();
      if (onMade) onMade(name);
      else await navigate({ to: `/content/${encodeURIComponent(name)}` as string });
    } catch (error) {
      setFailure(error);
    } finally {
      setPending(false);
    }
  }

  return (
    <Drawer
      isOpen
      onClose={onClose}
      title={t("develop.new")}
      actions={
        !isEmpty(draft) && (
          <Button look="quiet" icon={<RotateCcw size={16} />} onPress={() => setDraft(newDraft("", group))}>
            {t("develop.start_over")}
          </Button>
        )
      }
      footer={
        <DialogActions onCancel={onClose} isPending={pending} onPress={() => void create()}>
          {t("develop.create")}
        </DialogActions>
      }
    >
      <Form
        className="flex flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        {failure !== null && (
          <div role="alert">
            <Notice tone="danger" icon={<CircleAlert size={16} />} title={t("develop.not_made")}>
              <span className="break-words">{failureText(failure)}</span>
            </Notice>
          </div>
        )}
        <div className="flex flex-col gap-2">
          <TextField
            autoFocus
            label={t("develop.name")}
            isRequired
            value={draft.label}
            onChange={(label) => change({ label })}
            placeholder={t("develop.name.example")}
            error={wrongName && (tried || wrongName !== "empty") && !naming ? t(`develop.problem.${wrongName}`) : null}
          />
          {naming ? (
            <TextField
              label={t("develop.table")}
              note={t("develop.table.note")}
              mono
              value={name}
              onChange={(next) => change({ name: next })}
              error={wrongName && (tried || wrongName !== "empty") ? t(`develop.problem.${wrongName}`) : null}
            />
          ) : (
            name && (
              <p className="flex items-center gap-1 text-dense text-fg-3">
                {t("develop.table")}: <code className="font-mono text-fg-2">{name}</code>
                <Button look="quiet" className="min-h-6 px-1.5 text-dense" onPress={() => setNaming(true)}>
                  {t("develop.change")}
                </Button>
              </p>
            )
          )}
        </div>
        <div className="flex flex-col gap-2">
          <h3 className="text-dense font-medium">{t("develop.fields")}</h3>
          <ul className="flex flex-col gap-2">
            <li className="flex items-center gap-2 rounded-card border border-line bg-surface p-2.5">
              <span className="flex size-7 shrink-0 items-center justify-center rounded-control bg-sunken text-fg-2">
                <KeyRound size={16} aria-hidden />
              </span>
              <TextField
                aria-label={t("develop.key.name")}
                className="w-28"
                mono
                value={draft.keyName}
                onChange={(keyName) => change({ keyName })}
              />
              <Select
                aria-label={t("develop.key.type")}
                className="flex-1"
                choices={(["integer", "uuid", "string"] as const).map((id) => ({ id, text: t(`develop.key.${id}`) }))}
                value={draft.key}
                onChange={(key) => change({ key: key as KeyType })}
              />
              <span className="text-dense text-fg-3">{t("develop.key")}</span>
            </li>
            {draft.fields.map((field) => (
              <FieldRow
                key={field.id}
                draft={field}
                owner={owner}
                focus={field.id === added}
                siblings={siblings}
                error={shownProblem(problems.get(field.id), tried)}
                onChange={(changes) => changeField(field.id, changes)}
                onRemove={() => change({ fields: draft.fields.filter((one) => one.id !== field.id) })}
              />
            ))}
          </ul>
          <FieldPalette
            onPick={(kind) => {
              const field = newField(fieldId(), kind, t(`develop.kind.${kind}`));
              change({ fields: [...draft.fields, field] });
              setAdded(field.id);
            }}
          />
        </div>
        <Section title={t("develop.more")}>
          <div className="grid grid-cols-2 gap-2 max-sm:grid-cols-1">
            {EXTRAS.map((key) => (
              <Checkbox
                key={key}
                isSelected={draft.extras[key]}
                onChange={(on) => change({ extras: { ...draft.extras, [key]: on } })}
              >
                {t(`develop.extra.${key}`)}
              </Checkbox>
            ))}
          </div>
          <Switch isSelected={draft.singleton} onChange={(singleton) => change({ singleton })}>
            {t("develop.singleton")}
          </Switch>
        </Section>
        <button type="submit" hidden aria-hidden tabIndex={-1} />
      </Form>
    </Drawer>
  );
}

/** What is only not filled in yet is told when somebody tries to go on. */
const shownProblem = (problem: string | undefined, tried: boolean) =>
  problem === "taken" || tried ? problem : undefined;
