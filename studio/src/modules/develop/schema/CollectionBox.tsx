/** Choosing a collection by typing; what is not there yet can be made. */
import { Plus, Table } from "lucide-react";
import { useState } from "react";
import { collectionName } from "~/api/names";
import { useCollections } from "~/api/queries";
import type { Collection } from "~/api/types";
import { t } from "~/i18n/words/admin";
import { ComboBox, type Labelled } from "~/kit/fields";
import { nameOf } from "./names";

const CREATE = "+";
/** System collections that people link to. */
const SYSTEM = ["directus_users", "directus_files", "directus_roles", "directus_folders"];

/** Whether links may lead to a collection: it has items, and is no store of links. */
export const isTarget = (one: Collection): boolean =>
  one.schema !== null && (one.meta?.system ? SYSTEM.includes(one.collection) : !one.collection.startsWith("directus_"));

export function CollectionBox({
  target,
  newTarget,
  onPick,
  own,
  autoFocus,
  ...props
}: Labelled & {
  target: string | null;
  newTarget?: string | null;
  onPick: (target: string | null, newTarget: string | null) => void;
  /** A collection that is only being made: it can be linked to. */
  own?: { name: string; label: string };
  autoFocus?: boolean;
  "aria-label"?: string;
}) {
  const collections = useCollections();
  const targets = collections.filter(isTarget);
  const names = targets.map(collectionName);
  /** Where two are called the same, the code name tells them apart. */
  const told = (name: string, code: string) =>
    names.indexOf(name) === names.lastIndexOf(name) ? name : `${name} (${code})`;
  const choices = targets
    .map((one) => ({
      id: one.collection,
      text: told(collectionName(one), one.collection),
      hidden: one.meta?.hidden === true,
    }))
    .sort((a, b) => Number(a.hidden) - Number(b.hidden));
  if (own?.name) choices.unshift({ id: own.name, text: own.label, hidden: false });
  const shown = newTarget ?? choices.find((one) => one.id === target)?.text ?? "";
  const [text, setText] = useState<string | null>(null);
  const typed = text ?? shown;
  const words = (text ?? "").trim().toLowerCase();
  const matching = choices.filter((one) => `${one.text} ${one.id}`.toLowerCase().includes(words));
  const exact = choices.some((one) => one.text.toLowerCase() === words || one.id === words);
  const items = matching.map((one) => ({ ...one, icon: <Table size={16} aria-hidden className="text-fg-3" /> }));
  const create = nameOf(typed) !== "" && text !== null && !exact;
  return (
    <ComboBox
      {...props}
      autoFocus={autoFocus}
      menuTrigger="focus"
      inputValue={typed}
      onInputChange={setText}
      value={newTarget ? CREATE : target}
      onChange={(key) => {
        if (key === null) return;
        setText(null);
        if (key === CREATE) onPick(null, typed.trim());
        else onPick(String(key), null);
      }}
      onBlur={() => setText(null)}
      placeholder={t("develop.link.to")}
      choices={
        create || newTarget
          ? [
              ...items,
              {
                id: CREATE,
                text: t("develop.link.create", { name: create ? typed.trim() : (newTarget ?? "") }),
                icon: <Plus size={16} aria-hidden className="text-fg-3" />,
              },
            ]
          : items
      }
      empty={t("develop.link.type_a_name")}
    />
  );
}
