/** The rows of a view as a file. */
import { useState } from "react";
import { url } from "~/api/address";
import { post } from "~/api/client";
import { useMay } from "~/api/queries";
import { itemsPath } from "~/api/relations";
import type { Collection } from "~/api/types";
import { neededFields } from "~/displays/choice";
import { formatNumber } from "~/i18n/format";
import { t } from "~/i18n/words/list";
import { Button } from "~/kit/Button";
import { Dialog } from "~/kit/Dialog";
import { RadioGroup, Select } from "~/kit/fields";
import { toast, toastError } from "~/kit/Toast";
import type { ListColumn } from "./columns";
import type { ListQuery } from "./query";

const FORMATS = ["csv", "xlsx", "json", "xml", "yaml"];
const NAMES: Record<string, string> = { xlsx: "Excel (XLSX)" };

export default function ExportDialog({
  collection,
  query,
  columns,
  count,
  onClose,
}: {
  collection: Collection;
  query: ListQuery;
  columns: readonly ListColumn[];
  count: number | undefined;
  onClose: () => void;
}) {
  const [format, setFormat] = useState("csv");
  const [what, setWhat] = useState<"view" | "all">("view");
  const [pending, setPending] = useState(false);
  const [values, setValues] = useState<"raw" | "shown">("raw");
  const fields =
    what === "all"
      ? "*"
      : columns
          .flatMap(({ id, field, link }) =>
            // a relation is its key, so that the file can be taken in again, or what the list shows of it
            values === "shown" && field && link && !id.includes(".") ? neededFields(field) : [id],
          )
          .join(",");
  const asked = {
    fields,
    filter: query.filter ?? undefined,
    search: query.search || undefined,
    sort: query.sort.join(",") || undefined,
    limit: -1,
  };
  const address = url(itemsPath(collection.collection), { ...asked, export: format });
  const mayKeep = useMay("directus_files", "create").access !== "none";
  const keep = async () => {
    setPending(true);
    try {
      await post(`/utils/export/${encodeURIComponent(collection.collection)}`, { query: asked, format });
      toast({ kind: "info", text: t("content.export.started"), detail: t("content.export.started.text") });
      onClose();
    } catch (error) {
      toastError(error);
      setPending(false);
    }
  };
  return (
    <Dialog
      isOpen
      size="small"
      title={t("content.export")}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("app.cancel")}</Button>
          {mayKeep && (
            <Button isDisabled={pending} onPress={() => void keep()}>
              {t("content.export.keep")}
            </Button>
          )}
          <Button
            look="primary"
            onPress={() => {
              const link = document.createElement("a");
              link.href = address;
              link.download = "";
              link.click();
              onClose();
            }}
          >
            {t("content.export.run")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 pb-2">
        <p className="text-fg-2">
          {count === undefined
            ? t("content.export.matching")
            : t("content.export.rows", { count, text: formatNumber(count) })}
        </p>
        <Select
          label={t("content.export.format")}
          choices={FORMATS.map((id) => ({ id, text: NAMES[id] ?? id.toUpperCase() }))}
          value={format}
          onChange={setFormat}
        />
        <RadioGroup
          label={t("content.export.fields")}
          value={what}
          onChange={(value) => setWhat(value as "view" | "all")}
          choices={[
            { id: "view", text: t("content.export.view") },
            { id: "all", text: t("content.export.all") },
          ]}
        />
        {what === "view" && columns.some((one) => one.link) && (
          <RadioGroup
            label={t("content.export.links")}
            value={values}
            onChange={(value) => setValues(value as "raw" | "shown")}
            choices={[
              { id: "raw", text: t("content.export.keys") },
              { id: "shown", text: t("content.export.shown") },
            ]}
          />
        )}
      </div>
    </Dialog>
  );
}
