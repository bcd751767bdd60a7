/** A list of fields to pick from, with a search; relations lead on to the fields behind them, loaded when asked for. */
import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, ChevronRight } from "lucide-react";
import { useState } from "react";
import { Autocomplete, Menu, MenuItem, useFilter } from "react-aria-components";
import { collectionName, fieldName } from "~/api/names";
import { fieldsQuery, useCollections, useRelations } from "~/api/queries";
import { isToMany, type Link, linkOf } from "~/api/relations";
import type { Field } from "~/api/types";
import { t } from "~/i18n/i18n";
import { SearchField } from "~/kit/SearchField";
import { Skeleton } from "~/kit/states";
import { OPTION } from "~/kit/style";

export interface Picked {
  path: string[];
  field: Field;
  link?: Link;
}

interface Level {
  collection: string;
  path: string[];
  names: string[];
}

export interface FieldPickerProps {
  collection: string;
  fields?: readonly Field[];
  /** Whether relations lead on. */
  nested?: boolean;
  /** Steps through to-many relations get `_some`, where the wire allows it. */
  quantified?: boolean;
  /** Leave out what is not to be picked. */
  accepts?: (field: Field, path: string[]) => boolean;
  onPick: (picked: Picked) => void;
}

export function FieldPicker({ collection, fields, nested = true, quantified, accepts, onPick }: FieldPickerProps) {
  const [levels, setLevels] = useState<Level[]>([{ collection, path: [], names: [] }]);
  const [text, setText] = useState("");
  const level = levels.at(-1) as Level;
  const relations = useRelations();
  const collections = useCollections();
  const { contains } = useFilter({ sensitivity: "base" });
  const query = useQuery({ ...fieldsQuery(level.collection), enabled: levels.length > 1 || !fields });
  const here = levels.length === 1 && fields ? fields : (query.data ?? []);
  const root = levels.length === 1;

  const enter = (link: Link, field: Field, target: string) => {
    const many = isToMany(link);
    const scope = link.kind === "m2a" ? `${link.junctionField}:${target}` : link.junctionField;
    const steps = [
      link.kind === "any" ? `${field.field}:${target}` : field.field,
      ...(many && quantified && root ? ["_some"] : []),
      ...(many && scope ? [scope] : []),
    ];
    setLevels([
      ...levels,
      { collection: target, path: [...level.path, ...steps], names: [...level.names, fieldName(field)] },
    ]);
    setText("");
  };

  const entries = here
    .filter((field) => field.type !== "alias" || linkOf(field, relations))
    .flatMap((field) => {
      const link = linkOf(field, relations);
      const path = [...level.path, field.field];
      const own =
        accepts?.(field, path) === false
          ? []
          : [{ id: field.field, text: fieldName(field), leads: false, run: () => onPick({ path, field, link }) }];
      if (!link || !nested || levels.length > 4) return own;
      const targets = link.related ? [link.related] : link.allowed;
      const on = targets.map((target) => {
        const known = collections.find((one) => one.collection === target);
        const name = link.related ? fieldName(field) : `${fieldName(field)}: ${known ? collectionName(known) : target}`;
        return { id: `${field.field}>${target}`, text: name, leads: true, run: () => enter(link, field, target) };
      });
      return [...own, ...on];
    })
    .filter((entry) => contains(entry.text, text) || contains(entry.id, text));

  return (
    <div className="flex w-72 flex-col">
      {!root && (
        <div className="flex items-center gap-1 px-1 pt-1 text-dense text-fg-2">
          <button
            type="button"
            aria-label={t("filter.fields.back")}
            className="touch flex size-7 items-center justify-center rounded-control hover:bg-hover"
            onClick={() => setLevels(levels.slice(0, -1))}
          >
            <ArrowLeft size={16} aria-hidden className="rtl:rotate-180" />
          </button>
          <span className="truncate">{level.names.join(" › ")}</span>
        </div>
      )}
      <Autocomplete inputValue={text} onInputChange={setText} disableAutoFocusFirst={false}>
        <div className="p-1.5">
          <SearchField
            key={levels.length}
            label={t("filter.fields.search")}
            autoFocus
            onFirst={text ? entries[0]?.run : undefined}
          />
        </div>
        {query.isLoading && !here.length ? (
          <div className="flex flex-col gap-2 p-3">
            <Skeleton className="h-4 w-40" />
            <Skeleton className="h-4 w-32" />
          </div>
        ) : (
          <section
            aria-label={t("filter.fields")}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keyboard
            tabIndex={0}
            className="max-h-72 overflow-auto outline-offset-[-2px]"
          >
            <Menu
              aria-label={t("filter.fields")}
              items={entries}
              className="p-1 outline-none"
              renderEmptyState={() => <div className="px-2 py-1.5 text-dense text-fg-3">{t("filter.fields.none")}</div>}
            >
              {(entry) => (
                <MenuItem
                  id={entry.id}
                  textValue={entry.text}
                  shouldCloseOnSelect={false}
                  onAction={entry.run}
                  className={OPTION}
                >
                  <span className="min-w-0 flex-1 truncate">
                    {entry.leads ? t("filter.fields.of", { name: entry.text }) : entry.text}
                  </span>
                  {entry.leads && <ChevronRight size={16} aria-hidden className="text-fg-3 rtl:rotate-180" />}
                </MenuItem>
              )}
            </Menu>
          </section>
        )}
      </Autocomplete>
    </div>
  );
}
