/** What a version does to the rows of a to-many field: which come, which change, which go. */
import { useQuery } from "@tanstack/react-query";
import { Minus, Pencil, Plus } from "lucide-react";
import { fieldName } from "~/api/names";
import { fieldsQuery, useRelations } from "~/api/queries";
import type { Field, Item, Key } from "~/api/types";
import { displayText } from "~/displays/template";
import { t } from "~/i18n/words/item";
import { cx } from "~/kit/style";
import { oneQuery, type Shape, useShape } from "~/relations/items";
import { isMany, type Many, relationsOf } from "~/relations/schema";
import { Value } from "./CompareDialog";

interface Rows {
  create?: Item[];
  update?: Item[];
  delete?: Key[];
}

const NOTHING: Shape = { primaryKey: "id", template: "", fields: [] };
const isItem = (value: unknown): value is Item => typeof value === "object" && value !== null && !Array.isArray(value);

export function LinkChanges({ field, value }: { field: Field; value: unknown }) {
  const link = relationsOf(field, useRelations());
  if (!isMany(link) || !isItem(value)) return <Value field={field} value={value} />;
  const rows = value as Rows;
  return (
    <ul className="flex flex-col gap-1">
      {(rows.create ?? []).map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: new rows have no other name, and stay in their order
        <Change key={`create${index}`} kind="added" link={link} rowKey={null} row={row} />
      ))}
      {(rows.update ?? []).map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of a finished list
        <Change key={`update${index}`} kind="changed" link={link} row={row} />
      ))}
      {(rows.delete ?? []).map((key) => (
        <Change key={`delete${key}`} kind="removed" link={link} rowKey={key} row={{}} />
      ))}
    </ul>
  );
}

const LOOKS = {
  added: { icon: Plus, className: "bg-success-bg text-success-fg" },
  changed: { icon: Pencil, className: "bg-info-bg text-info-fg" },
  removed: { icon: Minus, className: "bg-danger-bg text-danger-fg" },
} as const;

function Change({
  kind,
  link,
  row,
  rowKey,
}: {
  kind: keyof typeof LOOKS;
  link: Many;
  row: Item;
  /** Of a stored row; undefined where the row itself says it. */
  rowKey?: Key | null;
}) {
  const rowShape = useShape(link.rows);
  const fields = useQuery(fieldsQuery(link.rows)).data ?? [];
  const key = rowKey === undefined ? ((rowShape && (row[rowShape.primaryKey] as Key | undefined)) ?? null) : rowKey;
  const text = useRowText(link, row, key);
  const names = Object.keys(row).filter(
    (name) => name !== rowShape?.primaryKey && name !== link.back && name !== link.sortField,
  );
  const { icon: Icon, className } = LOOKS[kind];
  return (
    <li className={cx("flex items-center gap-2 rounded-control px-2 py-1", className)}>
      <Icon size={16} aria-hidden className="shrink-0" />
      <span className="sr-only">{t(`item.compare.${kind}`)}</span>
      <span className={cx("min-w-0 truncate", kind === "removed" && "line-through")}>{text ?? "…"}</span>
      {kind === "changed" && (
        <span className="min-w-0 truncate text-caption">
          {names
            .map((name) => fields.find((one) => one.field === name))
            .map((one) => one && fieldName(one))
            .filter(Boolean)
            .join(", ") || t("item.compare.moved")}
        </span>
      )}
    </li>
  );
}

/** The row, or what it leads to through a junction, in words; undefined while it is on its way. */
function useRowText(link: Many, row: Item, key: Key | null): string | undefined {
  const rowShape = useShape(link.rows);
  const through = link.forward;
  const stored = useQuery({
    ...oneQuery(link.rows, key ?? "", {
      ...(rowShape ?? NOTHING),
      fields: through ? [through, ...(link.kind === "m2a" ? [link.collectionField] : [])] : (rowShape?.fields ?? []),
    }),
    enabled: key !== null && rowShape !== undefined,
  });
  const values: Item = { ...stored.data, ...row };
  const related = link.kind === "m2a" ? ((values[link.collectionField] as string | undefined) ?? null) : link.related;
  const shape = useShape(through ? related : null);
  const target = through ? values[through] : null;
  const nested = isItem(target) ? target : null;
  const targetKey = nested
    ? ((shape && (nested[shape.primaryKey] as Key | undefined)) ?? null)
    : (target as Key | null);
  const found = useQuery({
    ...oneQuery(related ?? "", targetKey ?? "", shape ?? NOTHING),
    enabled:
      through !== null && targetKey !== null && targetKey !== undefined && shape !== undefined && related !== null,
  });
  if (!rowShape || (key !== null && stored.isPending)) return undefined;
  if (!through) return displayText(rowShape.template, values) || String(key ?? t("item.new_item"));
  if (!shape || (targetKey != null && found.isPending)) return related === null ? String(key ?? "") : undefined;
  return displayText(shape.template, { ...found.data, ...nested }) || String(targetKey ?? t("item.new_item"));
}
