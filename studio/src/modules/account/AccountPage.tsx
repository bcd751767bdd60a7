/** The frame of the pages about oneself. */
import { Outlet } from "@tanstack/react-router";
import { LogOut } from "lucide-react";
import { t } from "~/i18n/words/account";
import { Button } from "~/kit/Button";
import { tryLogOut } from "~/shell/AccountMenu";
import { NavLink, NavPanel } from "~/shell/NavPanel";
import { ROOMS } from "./rooms";

export function AccountPage() {
  const nav = (
    <div className="flex flex-col gap-px">
      {ROOMS.map(({ id, path, icon: Icon }) => (
        <NavLink key={id} to={path} activeOptions={{ exact: path === "/me" }} icon={<Icon size={16} />}>
          {t(`account.${id}`)}
        </NavLink>
      ))}
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
