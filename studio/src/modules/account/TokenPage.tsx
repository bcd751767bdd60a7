/** A static token for programs that act as this person. */
import { useState } from "react";
import { t } from "~/i18n/words/account";
import { Button } from "~/kit/Button";
import { Badge, Notice } from "~/kit/bits";
import { CopyButton } from "~/kit/CopyButton";
import { confirm } from "~/kit/Dialog";
import { type Account, useChange, useMayChange } from "./account";
import { AccountSection, Matter } from "./Section";

export function TokenPage() {
  return <AccountSection title={t("account.token")}>{(account) => <Token account={account} />}</AccountSection>;
}

/** 256 bits, in letters that stand in any address and header. */
function makeToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

function Token({ account }: { account: Account }) {
  const may = useMayChange();
  const change = useChange();
  const [made, setMade] = useState<string | null>(null);
  const there = Boolean(account.token);

  async function make() {
    const title = t("account.token.replace.title");
    const question = { title, text: t("account.token.replace.text"), action: t("account.token.replace"), danger: true };
    if (there && !(await confirm(question))) return;
    const token = makeToken();
    change.mutate({ token }, { onSuccess: () => setMade(token) });
  }

  async function takeAway() {
    const title = t("account.token.remove.title");
    const question = { title, text: t("account.token.replace.text"), action: t("account.token.remove"), danger: true };
    if (await confirm(question)) change.mutate({ token: null }, { onSuccess: () => setMade(null) });
  }

  return (
    <Matter title={t("account.token.programs")} text={t("account.token.text")}>
      {!may("token") ? (
        <Notice>{t("account.readonly")}</Notice>
      ) : (
        <>
          {made && (
            <div className="w-full">
              <Notice tone="success" title={t("account.token.made")}>
                <div className="mt-1 flex items-center gap-1">
                  <code className="min-w-0 flex-1 font-mono text-[13px] break-all">{made}</code>
                  <CopyButton text={made} />
                </div>
              </Notice>
            </div>
          )}
          <div className="flex flex-wrap items-center gap-3">
            <Badge tone={there ? "success" : "neutral"} dot>
              {t(there ? "account.token.there" : "account.token.none")}
            </Badge>
            <Button isPending={change.isPending} onPress={() => void make()}>
              {t(there ? "account.token.replace" : "account.token.make")}
            </Button>
            {there && (
              <Button look="quiet" onPress={() => void takeAway()}>
                {t("account.token.remove")}
              </Button>
            )}
          </div>
        </>
      )}
    </Matter>
  );
}
