/** Copying, pasting, filling and clearing ranges of cells. */
import { useMemo } from "react";
import type { Item, Key } from "~/api/types";
import { valueText } from "~/displays/choice";
import { relatedTemplate } from "~/displays/related";
import { displayText } from "~/displays/template";
import { copyText, parseCell, parseTsv, toTsv } from "~/grid/clipboard";
import type { CellChange, CellEdits } from "~/grid/edits";
import type { Bounds } from "~/grid/selection";
import type { GridRows } from "~/grid/window";
import { t } from "~/i18n/i18n";
import { toast, toastError } from "~/kit/Toast";
import { isWritable, type ListColumn } from "./columns";
import { plainValue } from "./saver";

/** Most cells that are written at once. */
const MOST = 5000;

/** What a cell says, for a spreadsheet. */
export function cellText(column: ListColumn, item: Item): string {
  const value = item[column.id];
  const { field, link } = column;
  if (!field || value === null || value === undefined) return "";
  if (link && typeof value === "object") {
    const template = relatedTemplate(link);
    const texts = (Array.isArray(value) ? value : [value]).map((one) => displayText(template, one as Item));
    return texts.join(", ");
  }
  return link ? valueText(field, value) : copyText(field, value);
}

/** A list's columns in the order that they stand in: pinned ones first. */
export const inOrder = (columns: readonly ListColumn[]): ListColumn[] => [
  ...columns.filter((one) => one.pinned),
  ...columns.filter((one) => !one.pinned),
];

export interface CellActions {
  onCopy: (bounds: Bounds) => { text: string; data?: string } | undefined;
  onPaste: (bounds: Bounds, text: string, data: string | undefined) => void;
  onFill: (bounds: Bounds) => void;
  onClear: (bounds: Bounds) => void;
}

type Input = { value: unknown } | { text: string };

export function useCells(
  rows: GridRows,
  edits: CellEdits,
  listed: readonly ListColumn[],
  canWrite: boolean,
  onDone: (count: number) => void,
): CellActions {
  return useMemo(() => {
    const columns = inOrder(listed);
    const keyOf = rows.loader.keyOf;
    /** The places of rows in a range, without the heads of groups. */
    const placesIn = ({ top, bottom }: Bounds) =>
      Array.from({ length: bottom - top + 1 }, (_, place) => top + place).filter((one) => !rows.headAt(one));
    const at = (bounds: Bounds) => columns.slice(bounds.start - 1, bounds.end);

    async function write(top: number, start: number, matrix: readonly (readonly Input[])[]): Promise<void> {
      if (!canWrite) {
        toast({ kind: "info", text: t("content.cells.read_only") });
        return;
      }
      const width = Math.max(...matrix.map((row) => row.length));
      if (matrix.length * width > MOST) {
        toast({ kind: "error", text: t("content.cells.too_many", { most: MOST }) });
        return;
      }
      const items = await rows.take(top, matrix.length);
      const changes: CellChange[] = [];
      let refused = 0;
      let skipped = Math.max(0, matrix.length - items.length) * width;
      for (const [row, item] of items.entries()) {
        for (const [place, input] of (matrix[row] ?? []).entries()) {
          const column = columns[start - 1 + place];
          if (!column?.field || !isWritable(column.field, column.link) || column.id.includes(".")) {
            skipped++;
            continue;
          }
          const key: Key = keyOf(item);
          const before = plainValue(item[column.id]);
          const parsed = "value" in input ? input : parseCell(column.field, input.text);
          if ("problem" in parsed) {
            refused++;
            edits.refuse(key, column.id, "text" in input ? input.text : "", t(`content.problem.${parsed.problem}`));
            continue;
          }
          if (JSON.stringify(before) !== JSON.stringify(parsed.value ?? null))
            changes.push({ key, field: column.id, value: parsed.value ?? null, before });
        }
      }
      const saved = changes.length ? await edits.write(changes) : [];
      const failed = refused + changes.length - saved.length;
      if (failed) toast({ kind: "error", text: t("content.cells.failed", { count: failed }) });
      else if (skipped) toast({ kind: "info", text: t("content.cells.skipped", { count: skipped }) });
      if (saved.length) onDone(saved.length);
    }
    const started = (work: Promise<void>) => void work.catch((error) => toastError(error));

    return {
      onCopy: (bounds) => {
        const items: Item[] = [];
        for (const index of placesIn(bounds)) {
          const item = rows.row(index);
          if (!item) {
            toast({ kind: "error", text: t("content.cells.not_loaded") });
            return undefined;
          }
          items.push(item);
        }
        return {
          text: toTsv(items.map((item) => at(bounds).map((column) => cellText(column, item)))),
          data: JSON.stringify(items.map((item) => at(bounds).map((column) => plainValue(item[column.id])))),
        };
      },
      onPaste: (bounds, text, data) => {
        let matrix: Input[][] = data
          ? (JSON.parse(data) as unknown[][]).map((row) => row.map((value) => ({ value })))
          : parseTsv(text).map((row) => row.map((cell) => ({ text: cell })));
        const first = matrix[0]?.[0];
        if (!first) return;
        if (matrix.length === 1 && matrix[0]?.length === 1) {
          // one value fills the whole range
          const row = Array.from({ length: bounds.end - bounds.start + 1 }, () => first);
          matrix = Array.from({ length: placesIn(bounds).length }, () => row);
        }
        started(write(bounds.top, bounds.start, matrix));
      },
      onFill: (bounds) => {
        const [first = 0, ...below] = placesIn(bounds);
        const item = rows.row(first);
        if (!item || !below.length) return;
        const row = at(bounds).map((column) => ({ value: plainValue(item[column.id]) }));
        started(
          write(
            first + 1,
            bounds.start,
            below.map(() => row),
          ),
        );
      },
      onClear: (bounds) => {
        const row = at(bounds).map((column) =>
          column.field?.type === "boolean" ? { value: column.field.schema?.is_nullable ? null : false } : { text: "" },
        );
        started(
          write(
            bounds.top,
            bounds.start,
            placesIn(bounds).map(() => row),
          ),
        );
      },
    };
  }, [rows, edits, listed, canWrite, onDone]);
}
