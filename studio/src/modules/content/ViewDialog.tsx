/** The name of a view, and who sees it. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { get } from "~/api/client";
import { useMe } from "~/api/queries";
import { t } from "~/i18n/words/list";
import { Dialog, DialogActions } from "~/kit/Dialog";
import { RadioGroup, Select, TextField } from "~/kit/fields";
import { toastError } from "~/kit/Toast";

export type Reach = "me" | "role" | "everyone";

export default function ViewDialog({
  title,
  name,
  reach,
  role,
  onClose,
  onSave,
}: {
  title: string;
  name: string;
  reach: Reach;
  /** The role that sees it; null for one's own. */
  role: string | null;
  onClose: () => void;
  onSave: (name: string, reach: Reach, role: string | null) => Promise<void>;
}) {
  const me = useMe();
  const [text, setText] = useState(name);
  const [who, setWho] = useState<Reach>(reach);
  const [chosen, setChosen] = useState(role ?? me.role?.id ?? null);
  const roles = useQuery({
    queryKey: ["roles", "names"],
    queryFn: ({ signal }) => get<{ id: string; name: string }[]>("/roles", { fields: "id,name", sort: "name" }, signal),
    enabled: me.admin_access,
  }).data;
  const [pending, setPending] = useState(false);
  const ready = !!text.trim() && (who !== "role" || chosen !== null);
  const save = async () => {
    if (!ready) return;
    setPending(true);
    try {
      await onSave(text.trim(), who, who === "role" ? chosen : null);
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
        <DialogActions onCancel={onClose} isDisabled={pending || !ready} onPress={() => void save()}>
          {t("content.view.save")}
        </DialogActions>
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
              ...(roles?.length ? [{ id: "role", text: t("content.view.of_role") }] : []),
              { id: "everyone", text: t("content.view.everyone") },
            ]}
          />
        )}
        {me.admin_access && who === "role" && (
          <Select
            label={t("content.view.which_role")}
            choices={(roles ?? []).map((one) => ({ id: one.id, text: one.name }))}
            value={chosen}
            onChange={setChosen}
          />
        )}
      </form>
    </Dialog>
  );
}
