/** Modules at the start side; search, notifications and the account below. */
import { useRouter, useRouterState } from "@tanstack/react-router";
import { Bell, ChevronsRight, Search } from "lucide-react";
import type { ReactNode } from "react";
import { Button, Link } from "react-aria-components";
import { useMe } from "~/api/queries";
import { t } from "~/i18n/i18n";
import { cx } from "~/kit/style";
import { Tooltip } from "~/kit/Tooltip";
import { AccountMenu } from "./AccountMenu";
import { Avatar } from "./Avatar";
import { keyText } from "./keys";
import type { Module } from "./modules";
import { personName } from "./names";
import { openOverlay, PALETTE_KEYS } from "./opened";
import { preferences, usePreferences } from "./preferences";
import { useUnread } from "./unread";

// where there is little height, as in zoomed windows, the account stays in sight
const ITEM =
  "relative flex min-h-10 w-full cursor-default items-center gap-3 rounded-control px-2.5 outline-offset-[-2px] data-[hovered]:bg-hover [@media(max-height:31.9rem)]:min-h-8";

const QUIET = "text-fg-2 data-[hovered]:text-fg";

/** Whether a path is shown, or one below it. */
export const isAt = (place: string, path: string): boolean => place === path || place.startsWith(`${path}/`);

/** The path that is shown, below the studio's own. */
export const usePlace = (): string => useRouterState({ select: (state) => state.location.pathname });

export function Rail({ modules }: { modules: Module[] }) {
  const names = usePreferences().railNames;
  const place = usePlace();
  const router = useRouter();
  const me = useMe();
  const unread = useUnread();
  const hint = (text: string, shortcut: string | undefined, child: React.ReactElement) =>
    names ? (
      child
    ) : (
      <Tooltip text={text} shortcut={shortcut} placement="end">
        {child}
      </Tooltip>
    );
  const label = (text: string): ReactNode =>
    names && <span className="min-w-0 flex-1 truncate text-start">{text}</span>;
  return (
    <div
      className={cx(
        "flex shrink-0 flex-col gap-1 overflow-y-auto border-e border-line bg-sunken px-2 py-2",
        names ? "w-52" : "w-14",
      )}
    >
      <nav aria-label={t("shell.modules")}>
        <ul className="flex flex-col gap-1 [@media(max-height:31.9rem)]:gap-0.5">
          {modules.map(({ id, name, path, icon: Icon, key }) => (
            <li key={id}>
              {hint(
                name,
                key && keyText(`g ${key}`),
                <Link
                  href={path}
                  aria-label={name}
                  aria-current={isAt(place, path) ? "page" : undefined}
                  onHoverStart={() => void router.preloadRoute({ to: path }).catch(() => undefined)}
                  className={cx(ITEM, isAt(place, path) ? "bg-selected text-accent-strong" : QUIET)}
                >
                  <Icon size={20} />
                  {label(name)}
                </Link>,
              )}
            </li>
          ))}
        </ul>
      </nav>
      <div className="mt-auto flex flex-col gap-1 pt-4 [@media(max-height:31.9rem)]:gap-0.5 [@media(max-height:31.9rem)]:pt-1">
        {hint(
          t("shell.search"),
          keyText(PALETTE_KEYS),
          <Button aria-label={t("shell.search")} className={cx(ITEM, QUIET)} onPress={() => openOverlay("palette")}>
            <Search size={20} />
            {label(t("shell.search"))}
            {names && <kbd className="font-sans text-caption text-fg-3">{keyText(PALETTE_KEYS)}</kbd>}
          </Button>,
        )}
        {hint(
          t("shell.notifications"),
          undefined,
          <Button
            aria-label={t("shell.notifications.count", { count: unread })}
            className={cx(ITEM, QUIET)}
            onPress={() => openOverlay("notifications")}
          >
            <Bell size={20} />
            <Unread count={unread} />
            {label(t("shell.notifications"))}
          </Button>,
        )}
        {hint(
          t("shell.rail.names"),
          undefined,
          <Button
            aria-label={t("shell.rail.names")}
            aria-pressed={names}
            onPress={() => preferences.set({ railNames: !names })}
            className={cx(ITEM, QUIET)}
          >
            <ChevronsRight size={20} className={cx("rtl:-scale-x-100", names && "-scale-x-100 rtl:scale-x-100")} />
            {label(t("shell.rail.names"))}
          </Button>,
        )}
        <AccountMenu onKeys={() => openOverlay("keys")}>
          <Button className={cx(ITEM, "px-1.5!")}>
            <Avatar user={me} />
            <span className="sr-only">{t("shell.account.of", { name: personName(me) })}</span>
            {names && (
              <span aria-hidden className="min-w-0 flex-1 truncate text-start">
                {personName(me)}
              </span>
            )}
          </Button>
        </AccountMenu>
      </div>
    </div>
  );
}

/** A mark on the bell. The number is in the button's name. */
export function Unread({ count, className = "start-5.5" }: { count: number; className?: string }) {
  if (!count) return null;
  return (
    <span
      aria-hidden
      className={cx(
        "absolute top-1 flex h-4 min-w-4 items-center justify-center rounded-full bg-accent px-1 text-[10px] font-semibold text-on-accent",
        className,
      )}
    >
      {count > 9 ? "9+" : count}
    </span>
  );
}
