/** Edit a field's value as it is stored. */
import { useState } from "react";
import { fieldName } from "~/api/names";
import type { Field } from "~/api/types";
import { t } from "~/i18n/words/item";
import { Button } from "~/kit/Button";
import { Dialog } from "~/kit/Dialog";
import { TextField } from "~/kit/fields";
import { useForm } from "./context";
import { fromRaw, toRaw } from "./raw";

export function RawDialog({ field, onClose }: { field: Field; onClose: () => void }) {
  const { store, disabled, locked } = useForm();
  const [text, setText] = useState(() => toRaw(store.get(field.field)));
  const [problem, setProblem] = useState<string | null>(null);
  const fixed = disabled || field.meta?.readonly || locked?.has(field.field);
  const apply = () => {
    try {
      store.set(field.field, fromRaw(text, field.type));
      onClose();
    } catch (error) {
      setProblem(t("form.error.json", { message: (error as Error).message }));
    }
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t("form.raw.title", { field: fieldName(field) })}
      footer={
        <>
          <Button onPress={onClose}>{t("app.cancel")}</Button>
          {!fixed && (
            <Button look="primary" onPress={apply}>
              {t("form.raw.apply")}
            </Button>
          )}
        </>
      }
    >
      <TextField
        label={t("form.raw.value")}
        multiline
        mono
        rows={10}
        autoFocus
        value={text}
        onChange={setText}
        error={problem}
        isReadOnly={fixed}
      />
    </Dialog>
  );
}
