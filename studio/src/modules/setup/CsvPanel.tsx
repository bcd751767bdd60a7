/** The file that a project begins with: what is in it, and what its collection is called. */
import { FileUp } from "lucide-react";
import { useState } from "react";
import { FileTrigger } from "react-aria-components";
import { formatNumber } from "~/i18n/format";
import { activateWhole } from "~/i18n/i18n";
import { t } from "~/i18n/words/setup";
import { Button } from "~/kit/Button";
import { Notice } from "~/kit/bits";
import { TextField } from "~/kit/textFields";
import { readSheet, type Sheet } from "~/modules/content/importing";
import { fieldsFor, nameOf } from "./sheetCollection";

export interface ChosenSheet {
  sheet: Sheet;
  /** Of the collection. */
  name: string;
}

const SAMPLES = 2;

export function CsvPanel({ chosen, onChange }: { chosen: ChosenSheet | null; onChange: (now: ChosenSheet) => void }) {
  const [failure, setFailure] = useState<string | null>(null);
  async function take(file: File | undefined) {
    if (!file) return;
    setFailure(null);
    try {
      await activateWhole();
      onChange({ sheet: await readSheet(file.name, await file.text()), name: nameOf(file.name) });
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
  }
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <FileTrigger
          acceptedFileTypes={[".csv", ".json", "text/csv", "application/json"]}
          onSelect={(files) => void take(files?.[0])}
        >
          <Button icon={<FileUp size={16} aria-hidden />}>{t("setup.csv.choose")}</Button>
        </FileTrigger>
        <span className="min-w-0 truncate text-dense text-fg-2">
          {chosen
            ? t("setup.csv.file", {
                name: chosen.sheet.name,
                count: chosen.sheet.rows.length,
                text: formatNumber(chosen.sheet.rows.length),
              })
            : t("setup.csv.none")}
        </span>
      </div>
      <div role="alert" className="empty:hidden">
        {failure && <Notice tone="danger">{failure}</Notice>}
      </div>
      {chosen && (
        <>
          <TextField
            label={t("setup.csv.collection")}
            note={t("setup.csv.collection.note")}
            isRequired
            pattern="[A-Za-z][A-Za-z0-9_]*"
            maxLength={60}
            value={chosen.name}
            onChange={(name) => onChange({ ...chosen, name })}
          />
          <Columns sheet={chosen.sheet} />
        </>
      )}
    </div>
  );
}

function Columns({ sheet }: { sheet: Sheet }) {
  const { columns } = fieldsFor(sheet);
  return (
    <div className="max-h-64 overflow-auto rounded-control border border-line">
      <table className="w-full text-dense">
        <caption className="sr-only">{t("setup.csv.columns")}</caption>
        <thead>
          <tr className="border-b border-line bg-sunken text-caption text-fg-2">
            <th className="px-2.5 py-1.5 text-start font-medium">{t("setup.csv.column")}</th>
            <th className="px-2.5 py-1.5 text-start font-medium">{t("setup.csv.type")}</th>
            <th className="px-2.5 py-1.5 text-start font-medium">{t("setup.csv.values")}</th>
          </tr>
        </thead>
        <tbody>
          {columns.map((field, place) => (
            <tr key={field.field} className="border-b border-line last:border-b-0">
              <th scope="row" className="max-w-32 truncate px-2.5 py-1.5 text-start font-medium">
                {sheet.columns[place] || field.field}
              </th>
              <td className="px-2.5 py-1.5 text-fg-2">{t(`setup.csv.type.${field.type}`)}</td>
              <td className="max-w-40 truncate px-2.5 py-1.5 text-fg-2">
                {sheet.rows
                  .map((row) => row[place])
                  .filter((value) => value !== "" && value !== null && value !== undefined)
                  .slice(0, SAMPLES)
                  .map((value) => (typeof value === "object" ? JSON.stringify(value) : String(value)))
                  .join(" · ")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
