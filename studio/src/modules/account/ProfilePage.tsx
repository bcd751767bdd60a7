/** Who one is: name, address, picture. */
import { useMutation } from "@tanstack/react-query";
import { Trash2, Upload } from "lucide-react";
import { useState } from "react";
import { FileTrigger, Form } from "react-aria-components";
import { request } from "~/api/client";
import { ApiError } from "~/api/errors";
import { t } from "~/i18n/words/account";
import { Button } from "~/kit/Button";
import { Notice } from "~/kit/bits";
import { toastError } from "~/kit/Toast";
import { TextField } from "~/kit/textFields";
import { useLeaveGuard } from "~/kit/useLeaveGuard";
import { Avatar } from "~/shell/Avatar";
import { type Account, useChange, useMayChange } from "./account";
import { AccountSection } from "./Section";

const FIELDS = ["first_name", "last_name", "email", "title", "location"] as const;
type Field = (typeof FIELDS)[number];
const AUTOCOMPLETE: Record<Field, string> = {
  first_name: "given-name",
  last_name: "family-name",
  email: "email",
  title: "organization-title",
  location: "address-level2",
};

export function ProfilePage() {
  return <AccountSection title={t("account.profile")}>{(account) => <Profile account={account} />}</AccountSection>;
}

function Profile({ account }: { account: Account }) {
  const may = useMayChange();
  const change = useChange();
  const [typed, setTyped] = useState<Partial<Record<Field, string>>>({});
  const changed = FIELDS.filter((name) => typed[name] !== undefined && typed[name] !== (account[name] ?? ""));
  useLeaveGuard(changed.length > 0);
  const problems = change.error instanceof ApiError ? change.error.problems : [];
  const save = () =>
    change.mutate(Object.fromEntries(changed.map((name) => [name, typed[name]?.trim() || null])), {
      onSuccess: () => setTyped({}),
    });
  return (
    <>
      {!may("first_name") && <Notice>{t("account.readonly")}</Notice>}
      <Picture account={account} />
      <Form
        className="flex w-full max-w-lg flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          {FIELDS.filter((name) => name in account).map((name) => (
            <TextField
              key={name}
              label={t(`account.${name}`)}
              type={name === "email" ? "email" : "text"}
              name={name}
              autoComplete={AUTOCOMPLETE[name]}
              isRequired={name === "email"}
              isReadOnly={!may(name)}
              className={name === "email" ? "sm:col-span-2" : undefined}
              error={problems.find((one) => one.field === name)?.message}
              value={typed[name] ?? account[name] ?? ""}
              onChange={(value) => setTyped((before) => ({ ...before, [name]: value }))}
            />
          ))}
        </div>
        {may("first_name") && (
          <div>
            <Button type="submit" look="primary" isDisabled={changed.length === 0} isPending={change.isPending}>
              {t("account.save")}
            </Button>
          </div>
        )}
      </Form>
    </>
  );
}

function Picture({ account }: { account: Account }) {
  const may = useMayChange();
  const change = useChange();
  const upload = useMutation({
    mutationFn: async (file: File) => {
      const form = new FormData();
      form.append("title", file.name);
      form.append("file", file);
      const { id } = await request<{ id: string }>("POST", "/files", { body: form });
      await change.mutateAsync({ avatar: id });
    },
    onError: (error) => toastError(error, t("account.picture.failed")),
  });
  return (
    <div className="flex items-center gap-4">
      <Avatar user={account} size={72} />
      {may("avatar") && (
        <div className="flex flex-wrap gap-2">
          <FileTrigger
            acceptedFileTypes={["image/png", "image/jpeg", "image/webp", "image/avif", "image/gif"]}
            onSelect={(files) => files?.[0] && upload.mutate(files[0])}
          >
            <Button icon={<Upload size={16} />} isPending={upload.isPending}>
              {t(account.avatar ? "account.picture.replace" : "account.picture.upload")}
            </Button>
          </FileTrigger>
          {account.avatar && (
            <Button look="quiet" icon={<Trash2 size={16} />} onPress={() => change.mutate({ avatar: null })}>
              {t("account.picture.remove")}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
