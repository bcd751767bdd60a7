/** The navigation of phones: four places and search within reach of the thumb, the rest behind "More". */
import { Bell, Ellipsis, Keyboard, LogOut, Search, UserRound } from "lucide-react";
import type { ComponentType } from "react";
import { Button, Link } from "react-aria-components";
import { t } from "~/i18n/i18n";
import { type Commands, Menu } from "~/kit/Menu";
import { cx } from "~/kit/style";
import { tryLogOut } from "./AccountMenu";
import type { Module } from "./modules";
import { openOverlay } from "./opened";
import { isAt, Unread, usePlace } from "./Rail";
import { useUnread } from "./unread";

const SHOWN = 3;
const ITEM =
  "relative flex min-h-13 min-w-0 flex-1 cursor-default flex-col items-center justify-center gap-0.5 rounded-control px-1 text-[11px] leading-4 outline-offset-[-2px] data-[pressed]:bg-hover";

export function BottomBar({ modules }: { modules: Module[] }) {
  const place = usePlace();
  const unread = useUnread();
  const shown = modules.slice(0, SHOWN);
  const icon = (Icon: ComponentType<{ size?: number }>) => <Icon size={18} />;
  const more: Commands = [
    modules.slice(SHOWN).map((one) => ({ id: one.id, text: one.name, icon: icon(one.icon), href: one.path })),
    [
      {
        id: "notifications",
        text: t("shell.notifications"),
        icon: icon(Bell),
        shortcut: unread ? String(unread) : undefined,
        onAction: () => openOverlay("notifications"),
      },
      { id: "keys", text: t("shell.keys"), icon: icon(Keyboard), onAction: () => openOverlay("keys") },
    ],
    [
      { id: "account", text: t("shell.account"), icon: icon(UserRound), href: "/me" },
      { id: "logout", text: t("shell.logout"), icon: icon(LogOut), onAction: tryLogOut },
    ],
  ];
  return (
    <nav
      aria-label={t("shell.modules")}
      className="flex shrink-0 items-stretch border-t border-line bg-sunken px-1 pb-[env(safe-area-inset-bottom)]"
    >
      {shown.map(({ id, name, path, icon: Icon }) => (
        <Link
          key={id}
          href={path}
          aria-current={isAt(place, path) ? "page" : undefined}
          className={cx(ITEM, isAt(place, path) ? "font-medium text-accent-strong" : "text-fg-2")}
        >
          <Icon size={20} />
          <span className="max-w-full truncate">{name}</span>
        </Link>
      ))}
      <Button className={cx(ITEM, "text-fg-2")} onPress={() => openOverlay("palette")}>
        <Search size={20} />
        <span className="max-w-full truncate">{t("shell.search")}</span>
      </Button>
      <Menu label={t("shell.more")} commands={more}>
        <Button className={cx(ITEM, "text-fg-2")}>
          <Ellipsis size={20} />
          <Unread count={unread} className="start-[calc(50%+4px)]" />
          <span className="max-w-full truncate">{t("shell.more")}</span>
        </Button>
      </Menu>
    </nav>
  );
}
