/** The person's own menu: profile, looks, language, log out. */
import type { ReactElement } from "react";
import { t } from "~/i18n/i18n";
import { later } from "~/kit/later";
import { Opener } from "~/kit/Opener";
import { toastError } from "~/kit/Toast";
import { logOut } from "./person";

export const AccountMenuList = later(() => import("./AccountMenuList").then((file) => file.default));

export const tryLogOut = (): void => void logOut().catch((error) => toastError(error, t("shell.logout.failed")));

/** A button (the child) that opens it. */
export function AccountMenu({ onKeys, children }: { onKeys: () => void; children: ReactElement }) {
  return (
    <Opener opens="menu" trigger={children}>
      {(opened) => <AccountMenuList {...opened} onKeys={onKeys} />}
    </Opener>
  );
}
