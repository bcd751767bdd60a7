/** What a version changes, and which of it goes into the item. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { post, remove } from "~/api/client";
import { fieldName } from "~/api/names";
import { useMay } from "~/api/queries";
import type { Field } from "~/api/types";
import { unchanged } from "~/form/store";
import { t } from "~/i18n/words/item";
import { Button } from "~/kit/Button";
import { Notice } from "~/kit/bits";
import { Dialog } from "~/kit/Dialog";
import { Checkbox } from "~/kit/fields";
import { Failed, Loading } from "~/kit/states";
import { toast, toastError } from "~/kit/Toast";
import { SideBySide } from "./CompareDialog";
import { LinkChanges } from "./LinkChanges";
import { comparisonQuery, nameOf, type Version } from "./versions";

export function PublishDialog({
  version,
  fields,
  readonly,
  onClose,
  onPublished,
}: {
  version: Version;
  fields: readonly Field[];
  /** The item may not be changed by this person. */
  readonly: boolean;
  onClose: () => void;
  /** `all`: nothing is left of the version. */
  onPublished: (all: boolean) => Promise<void>;
}) {
  const compared = useQuery(comparisonQuery(version.id));
  const mayDelete = useMay("directus_versions", "delete").access !== "none";
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [pending, setPending] = useState(false);
  const changed = fields.filter(
    (field) =>
      compared.data &&
      field.field in compared.data.current &&
      !field.schema?.is_primary_key &&
      !field.meta?.special?.some((one) => one.endsWith("-updated")) &&
      !unchanged(compared.data.current[field.field], compared.data.main?.[field.field]),
  );
  const publish = async () => {
    if (!compared.data) return;
    setPending(true);
    try {
      const chosen = changed.map((field) => field.field).filter((name) => !left.has(name));
      const all = left.size === 0;
      await post(`/versions/${version.id}/promote`, {
        mainHash: compared.data.mainHash,
        ...(all ? {} : { fields: chosen }),
      });
      toast({ kind: "success", text: t("item.version.promoted") });
      // what is in the item now is no part of the version any more
      if (all && mayDelete) await remove(`/versions/${version.id}`);
      else {
        const given = all ? Object.keys(compared.data.current) : chosen;
        await post(`/versions/${version.id}/save`, {}, { drop: given.join(",") });
      }
      onClose();
      await onPublished(all);
    } catch (error) {
      toastError(error);
      void compared.refetch();
    } finally {
      setPending(false);
    }
  };
  return (
    <Dialog
      isOpen
      size="large"
      title={t("item.version.compare")}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("app.cancel")}</Button>
          {!readonly && (
            <Button
              look="primary"
              isPending={pending}
              isDisabled={changed.length === 0 || changed.every((field) => left.has(field.field))}
              onPress={() => void publish()}
            >
              {t("item.version.promote")}
            </Button>
          )}
        </>
      }
    >
      {compared.error ? (
        <Failed error={compared.error} onRetry={() => void compared.refetch()} />
      ) : !compared.data ? (
        <Loading />
      ) : (
        <div className="flex flex-col gap-4">
          {compared.data.outdated && <Notice tone="warning">{t("item.version.outdated")}</Notice>}
          {changed.length === 0 && <p className="text-fg-2">{t("item.compare.none")}</p>}
          {changed.map((field) => {
            const [now, then] = [compared.data.main?.[field.field], compared.data.current[field.field]];
            return (
              <section key={field.field} className="rounded-card border border-line p-3" aria-label={fieldName(field)}>
                <Checkbox
                  className="mb-2 font-semibold"
                  isDisabled={readonly}
                  isSelected={!left.has(field.field)}
                  onChange={(on) =>
                    setLeft(new Set(on ? [...left].filter((one) => one !== field.field) : [...left, field.field]))
                  }
                >
                  {fieldName(field)}
                </Checkbox>
                {field.type === "alias" ? (
                  <LinkChanges field={field} value={then} />
                ) : (
                  <SideBySide
                    field={field}
                    left={now}
                    right={then}
                    leftName={t("item.version.main")}
                    rightName={nameOf(version)}
                  />
                )}
              </section>
            );
          })}
        </div>
      )}
    </Dialog>
  );
}
