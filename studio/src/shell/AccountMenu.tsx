/** The person's own menu: profile, looks, language, log out. */
import { lazy, type ReactElement } from "react";
import { t } from "~/i18n/i18n";
import { Opener } from "~/kit/Opener";
import { toastError } from "~/kit/Toast";
import { logOut } from "./person";

const AccountMenuList = lazy(() => import("./AccountMenuList"));

export const tryLogOut = (): void => void logOut().catch((error) => toastError(error, t("shell.logout.failed")));

/** A button (the child) that opens it. */
export function AccountMenu({ onKeys, children }: { onKeys: () => void; children: ReactElement }) {
  return (
    <Opener opens="menu" trigger={children}>
      {(opened) => <AccountMenuList {...opened} onKeys={onKeys} />}
    </Opener>
  );
}
