/** The name of a view, and who sees it. */
import { useState } from "react";
import { useMe } from "~/api/queries";
import { t } from "~/i18n/i18n";
import { Button } from "~/kit/Button";
import { Dialog } from "~/kit/Dialog";
import { RadioGroup, TextField } from "~/kit/fields";
import { toastError } from "~/kit/Toast";

export type Reach = "me" | "role" | "everyone";

export default function ViewDialog({
  title,
  name,
  reach,
  onClose,
  onSave,
}: {
  title: string;
  name: string;
  reach: Reach;
  onClose: () => void;
  onSave: (name: string, reach: Reach) => Promise<void>;
}) {
  const me = useMe();
  const [text, setText] = useState(name);
  const [who, setWho] = useState<Reach>(reach);
  const [pending, setPending] = useState(false);
  const save = async () => {
    if (!text.trim()) return;
    setPending(true);
    try {
      await onSave(text.trim(), who);
    } catch (error) {
      toastError(error);
      setPending(false);
    }
  };
  return (
    <Dialog
      isOpen
      size="small"
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("app.cancel")}</Button>
          <Button look="primary" isDisabled={pending || !text.trim()} onPress={() => void save()}>
            {t("content.view.save")}
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-4 pb-2"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TextField label={t("content.view.name")} value={text} onChange={setText} autoFocus isRequired />
        {me.admin_access && (
          <RadioGroup
            label={t("content.view.who")}
            value={who}
            onChange={(value) => setWho(value as Reach)}
            choices={[
              { id: "me", text: t("content.view.me") },
              ...(me.role ? [{ id: "role", text: t("content.view.my_role", { role: me.role.name }) }] : []),
              { id: "everyone", text: t("content.view.everyone") },
            ]}
          />
        )}
      </form>
    </Dialog>
  );
}
