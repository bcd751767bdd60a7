/** The passkeys of a person: one's own, to add, rename and remove; or for admins another's, to remove. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { get, patch, remove, request } from "~/api/client";
import { formatDateTime, formatRelative } from "~/i18n/format";
import { t } from "~/i18n/words/account";
import { Button, IconButton } from "~/kit/Button";
import { Badge, Card, Notice } from "~/kit/bits";
import { confirm, Dialog } from "~/kit/Dialog";
import { Failed, Loading } from "~/kit/states";
import { toast, toastError } from "~/kit/Toast";
import { TextField } from "~/kit/textFields";
import { AuthForm, useAttempt } from "~/modules/auth/parts";
import type { Passkey } from "~/modules/auth/passkey";
import { passkeyPlace } from "~/modules/auth/passkeyPlace";
import { AddPasskey } from "./AddPasskey";
import { ByPassword } from "./ByPassword";

/** `person`: whose; one's own unless it is given. `mayAdd`: whether the person may. */
export function Passkeys({ person, mayAdd }: { person?: { id: string; name: string }; mayAdd?: boolean }) {
  const client = useQueryClient();
  const path = `/users/${person?.id ?? "me"}/passkeys`;
  const queryKey = ["passkeys", person?.id ?? "me"];
  const found = useQuery({ queryKey, queryFn: ({ signal }) => get<Passkey[]>(path, undefined, signal) });
  const [open, setOpen] = useState<{ to: "add" } | { to: "rename" | "remove"; one: Passkey } | null>(null);
  const drop = useMutation({
    mutationFn: (one: Passkey) => remove(`${path}/${one.id}`),
    onSuccess: () => toast({ kind: "success", text: t("account.passkeys.removed") }),
    onError: (error) => toastError(error),
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
  if (found.error && !found.data) return <Failed error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Loading />;

  const done = (text: string) => {
    setOpen(null);
    void client.invalidateQueries({ queryKey });
    // sessions that a removed one opened are gone too
    void client.invalidateQueries({ queryKey: ["sessions", "me"] });
    toast({ kind: "success", text });
  };
  async function dropOf(one: Passkey, name: string) {
    const sure = await confirm({
      title: t("account.passkeys.remove.theirs", { passkey: one.name, name }),
      text: t("account.passkeys.remove.text"),
      action: t("account.passkeys.remove"),
      danger: true,
    });
    if (sure) drop.mutate(one);
  }

  const place = passkeyPlace();
  return (
    <div className="flex w-full flex-col items-start gap-3">
      {found.data.length === 0 ? (
        <p className="text-fg-2">{t("account.passkeys.none")}</p>
      ) : (
        <Card className="w-full overflow-hidden">
          <ul className="divide-y divide-line">
            {found.data.map((one) => (
              <PasskeyRow
                key={one.id}
                one={one}
                isPending={drop.isPending}
                onRename={person || !mayAdd ? undefined : () => setOpen({ to: "rename", one })}
                onRemove={() => (person ? void dropOf(one, person.name) : setOpen({ to: "remove", one }))}
              />
            ))}
          </ul>
        </Card>
      )}
      {!person &&
        (!mayAdd ? (
          <Notice>{t("account.readonly")}</Notice>
        ) : place === "good" ? (
          <Button onPress={() => setOpen({ to: "add" })}>{t("account.passkeys.add")}</Button>
        ) : (
          <Notice>{t(`account.passkeys.place.${place}`)}</Notice>
        ))}
      <Dialog isOpen={open?.to === "add"} onClose={() => setOpen(null)} title={t("account.passkeys.add")} size="small">
        <div className="pb-4">
          <AddPasskey onDone={() => done(t("account.passkeys.added"))} />
        </div>
      </Dialog>
      <Dialog
        isOpen={open?.to === "rename"}
        onClose={() => setOpen(null)}
        title={t("account.passkeys.rename")}
        size="small"
      >
        <div className="pb-4">
          {open?.to === "rename" && <Rename one={open.one} onDone={() => done(t("account.saved"))} />}
        </div>
      </Dialog>
      <Dialog
        isOpen={open?.to === "remove"}
        onClose={() => setOpen(null)}
        title={open?.to === "remove" ? t("account.passkeys.remove.named", { name: open.one.name }) : ""}
        size="small"
      >
        <div className="pb-4">
          {open?.to === "remove" && <Remove one={open.one} onDone={() => done(t("account.passkeys.removed"))} />}
        </div>
      </Dialog>
    </div>
  );
}

function PasskeyRow({
  one,
  isPending,
  onRename,
  onRemove,
}: {
  one: Passkey;
  isPending: boolean;
  onRename?: () => void;
  onRemove: () => void;
}) {
  const { name } = one;
  return (
    <li className="flex min-h-14 items-center gap-3 px-4 py-2">
      <KeyRound size={18} aria-hidden className="shrink-0 text-fg-3" />
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <bdi className="min-w-0 truncate font-medium" title={name}>
            {name}
          </bdi>
          {one.synced && <Badge>{t("account.passkeys.synced")}</Badge>}
          {one.host !== window.location.hostname && (
            <Badge tone="warning">{t("account.passkeys.elsewhere", { host: one.host })}</Badge>
          )}
        </div>
        <div className="text-dense text-fg-2">
          <span title={formatDateTime(one.created)}>
            {t("account.passkeys.created", { when: formatRelative(one.created) })}
          </span>
          {" · "}
          <span title={one.last_used ? formatDateTime(one.last_used) : undefined}>
            {one.last_used
              ? t("account.passkeys.used", { when: formatRelative(one.last_used) })
              : t("account.passkeys.unused")}
          </span>
        </div>
      </div>
      {onRename && (
        <IconButton label={t("account.passkeys.rename_named", { name })} isDisabled={isPending} onPress={onRename}>
          <Pencil size={16} />
        </IconButton>
      )}
      <IconButton label={t("account.passkeys.remove_named", { name })} isDisabled={isPending} onPress={onRemove}>
        <Trash2 size={16} />
      </IconButton>
    </li>
  );
}

function Rename({ one, onDone }: { one: Passkey; onDone: () => void }) {
  const [name, setName] = useState(one.name);
  const by = useAttempt();
  return (
    <AuthForm
      by={by}
      action={t("account.passkeys.rename")}
      onSubmit={async () => {
        await patch(`/users/me/passkeys/${one.id}`, { name });
        onDone();
      }}
    >
      <TextField
        label={t("account.passkeys.name")}
        autoFocus
        isRequired
        maxLength={100}
        value={name}
        onChange={setName}
      />
    </AuthForm>
  );
}

function Remove({ one, onDone }: { one: Passkey; onDone: () => void }) {
  return (
    <ByPassword
      action={t("account.passkeys.remove")}
      before={<p className="text-fg-2">{t("account.passkeys.remove.text")}</p>}
      onSubmit={async (password) => {
        await request("DELETE", `/users/me/passkeys/${one.id}`, { body: { password }, anonymous: true });
        onDone();
      }}
    />
  );
}
