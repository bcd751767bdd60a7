/** The frame of every page for somebody who is signed in: the rail (a bar on phones), the page, and what lies above. */
import { useQuery } from "@tanstack/react-query";
import { Outlet, useRouter, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { get } from "~/api/client";
import { allowed, useMe, usePermissions } from "~/api/queries";
import { boot } from "~/boot";
import { modules as contributed, modulePath } from "~/extensions/contributions";
import { useAll } from "~/extensions/kind";
import { textOf } from "~/extensions/texts";
import { isVisible } from "~/extensions/visible";
import { t } from "~/i18n/i18n";
import { DIALOGS } from "~/kit/Dialog";
import { Icon } from "~/kit/Icon";
import { whenIdle } from "~/kit/later";
import { MENU } from "~/kit/Menu";
import { POPUP } from "~/kit/Popup";
import { AccountMenuList } from "./AccountMenu";
import { Bars } from "./Bars";
import { BottomBar } from "./BottomBar";
import { useShortcut } from "./keys";
import { MODULES, type Module } from "./modules";
import { openOverlay, PALETTE_KEYS, useOpened } from "./opened";
import { Rail } from "./Rail";
import { itemAt, rememberItem } from "./recent";
import { usePhone } from "./screen";
import { TypedAhead } from "./TypedAhead";

const Palette = lazy(() => import("./Palette"));
const CheatSheet = lazy(() => import("./CheatSheet"));
const Notifications = lazy(() => import("./Notifications"));

/** What opens above a page. */
const ABOVE = [...MENU, ...POPUP, ...DIALOGS, AccountMenuList];

function useModules(): Module[] {
  const me = useMe();
  const permissions = usePermissions();
  const may = (collection: string) => allowed(permissions, me.admin_access, collection, "read").access;
  // whoever may use the studio sees their own account, which is no directory
  const people = useQuery({
    queryKey: ["people", "others"],
    queryFn: async ({ signal }) => (await get<unknown[]>("/users", { fields: "id", limit: 2 }, signal)).length > 1,
    enabled: may("directus_users") === "partial",
    staleTime: Number.POSITIVE_INFINITY,
  }).data;
  const ofExtensions = useAll(contributed);
  const added = useMemo(
    () =>
      ofExtensions.map((one): Module => {
        const icon = ({ size }: { size?: number }) => <Icon name={one.icon} size={size} />;
        return { id: `x.${one.id}`, name: textOf(one.name), path: modulePath(one), icon, needs: one.visible };
      }),
    [ofExtensions],
  );
  const own = MODULES.map((one) => ({ ...one, name: t(one.name) }));
  return [...own.slice(0, -2), ...added, ...own.slice(-2)].filter(({ needs }) => {
    if (needs === "people") return may("directus_users") === "full" || people === true;
    return isVisible(needs, me.admin_access, (name) => may(name) !== "none");
  });
}

export function Shell() {
  const modules = useModules();
  const phone = usePhone();
  const router = useRouter();
  const opened = useOpened();
  const ahead = useRef("");
  const [typing, setTyping] = useState(false);
  const close = useCallback(() => {
    ahead.current = "";
    setTyping(false);
    openOverlay(null);
  }, []);
  const main = useRef<HTMLElement>(null);
  const place = useRouterState({ select: (state) => state.location.pathname });

  const anywhere = t("shell.keys.anywhere");
  useShortcut(PALETTE_KEYS, () => openOverlay("palette"), { text: t("shell.palette"), group: anywhere });
  useShortcut("mod+shift+l", () => openOverlay("recent"), { text: t("shell.recent"), group: anywhere });
  useShortcut("?", () => openOverlay("keys"), { text: t("shell.keys"), group: anywhere });

  // what opens above a page is there before somebody asks for it
  useEffect(() => whenIdle(...ABOVE), []);

  const me = useMe();
  useEffect(() => {
    const item = itemAt(place);
    if (item) rememberItem(me.id, item);
  }, [place, me.id]);

  const arrived = useRef(!boot.session);
  // a page that went away takes the focus with it: the next one gets it
  // biome-ignore lint/correctness/useExhaustiveDependencies: after each change of place
  useEffect(() => {
    if (!arrived.current) {
      arrived.current = true; // what the browser opened begins at its beginning
      return;
    }
    const timer = setTimeout(() => {
      if (document.activeElement === document.body || !document.activeElement) main.current?.focus();
    }, 50);
    return () => clearTimeout(timer);
  }, [place]);

  return (
    <div className="flex h-dvh flex-col">
      <button
        type="button"
        className="sr-only rounded-control bg-raised px-3 py-2 font-medium text-accent shadow-overlay focus:not-sr-only focus:fixed focus:start-2 focus:top-2 focus:z-30"
        onClick={() => main.current?.focus()}
      >
        {t("shell.skip")}
      </button>
      <Bars />
      <div className="flex min-h-0 flex-1 max-sm:flex-col-reverse">
        {phone ? <BottomBar modules={modules} /> : <Rail modules={modules} />}
        <main ref={main} id="main" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 flex-col outline-none">
          <Outlet />
        </main>
      </div>
      {modules.map(
        ({ id, name, path, key }) =>
          key && <GoTo key={id} keys={`g ${key}`} name={name} go={() => void router.navigate({ to: path })} />,
      )}
      {(opened === "palette" || opened === "recent") && (
        <>
          {!typing && <TypedAhead text={ahead} onClose={close} />}
          <Suspense>
            <Palette
              onClose={close}
              recentOnly={opened === "recent"}
              modules={modules}
              ahead={ahead}
              onTyping={() => setTyping(true)}
            />
          </Suspense>
        </>
      )}
      <Suspense>
        {opened === "keys" && <CheatSheet onClose={close} />}
        {opened === "notifications" && <Notifications onClose={close} />}
      </Suspense>
    </div>
  );
}

function GoTo({ keys, name, go }: { keys: string; name: string; go: () => void }) {
  useShortcut(keys, go, {
    text: t("shell.keys.go", { name }),
    group: t("shell.keys.going"),
  });
  return null;
}
