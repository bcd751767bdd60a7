/** The frame of the pages about oneself. */
import { Outlet } from "@tanstack/react-router";
import { KeyRound, LogOut, ShieldCheck, SlidersHorizontal, UserRound } from "lucide-react";
import { t } from "~/i18n/words/account";
import { Button } from "~/kit/Button";
import { tryLogOut } from "~/shell/AccountMenu";
import { NavLink, NavPanel } from "~/shell/NavPanel";

export function AccountPage() {
  const nav = (
    <div className="flex flex-col gap-px">
      <NavLink to="/me" activeOptions={{ exact: true }} icon={<UserRound size={16} />}>
        {t("account.profile")}
      </NavLink>
      <NavLink to="/me/security" icon={<ShieldCheck size={16} />}>
        {t("account.security")}
      </NavLink>
      <NavLink to="/me/token" icon={<KeyRound size={16} />}>
        {t("account.token")}
      </NavLink>
      <NavLink to="/me/preferences" icon={<SlidersHorizontal size={16} />}>
        {t("account.preferences")}
      </NavLink>
    </div>
  );
  return (
    <NavPanel
      title={t("shell.account")}
      nav={nav}
      footer={
        <Button look="quiet" icon={<LogOut size={16} className="rtl:-scale-x-100" />} onPress={tryLogOut}>
          {t("shell.logout")}
        </Button>
      }
    >
      <Outlet />
    </NavPanel>
  );
}
