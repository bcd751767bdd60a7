/** The command palette: go anywhere, find items, create, change how the studio looks. */
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { CornerDownLeft, FileText, Languages, LogOut, Plus, Search, SunMoon } from "lucide-react";
import { type ReactNode, type RefObject, useMemo, useRef, useState } from "react";
import {
  Dialog as AriaDialog,
  Autocomplete,
  Collection as Collected,
  Header,
  Input,
  Menu,
  MenuItem,
  MenuSection,
  Modal,
  ModalOverlay,
  SearchField,
} from "react-aria-components";
import { collectionName, singularName } from "~/api/names";
import { allowed, useCollections, useMe, usePermissions } from "~/api/queries";
import { type TitledItem, titled, titlesQuery } from "~/api/titles";
import type { Collection } from "~/api/types";
import { LOCALE_NAMES, locale, t } from "~/i18n/i18n";
import { LOCALES } from "~/i18n/parts";
import { Spinner } from "~/kit/Button";
import { useFocusAfter } from "~/kit/Dialog";
import { onFirstMatch } from "~/kit/firstMatch";
import { Icon } from "~/kit/Icon";
import { cx, OPTION } from "~/kit/style";
import { useDebounced } from "~/kit/useDebounced";
import { tryLogOut } from "./AccountMenu";
import { allCommands, type PaletteCommand, score } from "./commands";
import { keyText } from "./keys";
import type { Module } from "./modules";
import { setLanguage, setTheme } from "./person";
import { itemHref, recentItems } from "./recent";
import { usePhone } from "./screen";

const SEARCHED = 12;
const PER_COLLECTION = 4;
const SHOWN = 12;

interface Group {
  id: string;
  title: string;
  commands: PaletteCommand[];
}

export default function Palette({
  onClose,
  recentOnly,
  modules,
  ahead,
  onTyping,
}: {
  onClose: () => void;
  recentOnly: boolean;
  modules: Module[];
  /** What was typed before the field had the focus. */
  ahead: RefObject<string>;
  onTyping: () => void;
}) {
  const router = useRouter();
  useFocusAfter(true);
  const [typed, setTyped] = useState("");
  const begun = useRef(false);
  const begin = () => {
    if (begun.current) return;
    begun.current = true;
    setTyped(ahead.current);
    onTyping();
  };
  const wanted = useDebounced(typed.trim(), 180);
  const me = useMe();
  const recents = useQuery(
    titlesQuery(useMemo(() => recentItems(me.id).slice(0, recentOnly ? 20 : 5), [me.id, recentOnly])),
  );
  const collections = useReadable();
  const items = useQuery({
    queryKey: ["palette", wanted],
    enabled: !recentOnly && wanted.length > 1,
    queryFn: ({ signal }) => searchItems(collections, wanted, signal),
    placeholderData: (before) => before,
  });
  const commands = useCommands(modules, collections);

  const asItem = (one: TitledItem): PaletteCommand => ({
    id: `item.${one.collection}.${one.id}`,
    text: one.title,
    context: nameOf(collections, one.collection),
    icon: <FileText size={16} />,
    href: itemHref(one),
  });
  const groups: Group[] = [];
  const matching = (list: PaletteCommand[], limit = SHOWN) =>
    list
      .map((one) => ({ one, value: score(typed, one.text, one.keywords, one.context) }))
      .filter(({ value }) => value > 0)
      .sort((a, b) => b.value - a.value)
      .slice(0, limit)
      .map(({ one }) => one);
  groups.push({ id: "recent", title: t("shell.recent"), commands: matching((recents.data ?? []).map(asItem), 20) });
  if (!recentOnly) {
    groups.push({
      id: "commands",
      title: t("shell.palette.commands"),
      commands: matching(commands, typed ? SHOWN : 40),
    });
    if (wanted.length > 1 && typed.trim().length > 1) {
      const shown = new Set(groups[0]?.commands.map((one) => one.id));
      const found = (items.data ?? []).map(asItem).filter((one) => !shown.has(one.id));
      groups.push({ id: "items", title: t("shell.palette.items"), commands: found });
    }
  }
  const all = new Map(groups.flatMap((group) => group.commands).map((one) => [one.id, one]));
  const waiting = items.isFetching || (typed.trim() !== wanted && typed.trim().length > 1);

  function run(id: string): void {
    const command = all.get(id);
    if (!command) return;
    onClose();
    if (command.href) void router.navigate({ to: command.href });
    else command.run?.();
  }

  const title = t(recentOnly ? "shell.recent" : "shell.palette");
  const phone = usePhone();
  return (
    <ModalOverlay
      isOpen
      isDismissable
      onOpenChange={(open) => !open && onClose()}
      className="fixed inset-0 z-10 flex items-start justify-center bg-backdrop p-4 pt-[12vh] data-[entering]:animate-[st-fade_120ms_ease-out] max-sm:p-0"
    >
      <Modal className="flex max-h-[min(560px,76vh)] w-full max-w-xl flex-col overflow-hidden rounded-dialog border border-line bg-raised shadow-overlay max-sm:h-dvh max-sm:max-h-none max-sm:rounded-none max-sm:border-0">
        <AriaDialog aria-label={title} className="flex min-h-0 flex-1 flex-col outline-none">
          <Autocomplete inputValue={typed} onInputChange={setTyped}>
            <SearchField aria-label={title} autoFocus className="flex items-center gap-3 border-b border-line px-4">
              {waiting ? <Spinner className="text-fg-3" /> : <Search size={16} aria-hidden className="text-fg-3" />}
              <Input
                onFocus={begin}
                onKeyDown={onFirstMatch(() => {
                  const [first] = all.keys();
                  if (first) run(first);
                })}
                placeholder={recentOnly ? title : t("shell.palette.hint")}
                className="min-h-12 min-w-0 flex-1 bg-transparent text-[16px] outline-none placeholder:text-fg-3 [&::-webkit-search-cancel-button]:hidden"
              />
              <button
                type="button"
                onClick={onClose}
                className="touch rounded-control border border-line px-2 py-1 text-caption text-fg-2 hover:bg-hover"
              >
                {t(phone ? "app.close" : "shell.palette.escape")}
              </button>
            </SearchField>
            <section
              aria-label={title}
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keyboard
              tabIndex={0}
              className="min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]"
            >
              <Menu
                aria-label={title}
                items={groups.filter((group) => group.commands.length)}
                onAction={(key) => run(String(key))}
                className="p-2 outline-none"
                renderEmptyState={() => (
                  <div className="px-3 py-8 text-center text-fg-2">
                    {waiting
                      ? t("shell.palette.searching")
                      : typed
                        ? t("shell.palette.none", { typed })
                        : t("shell.recent.none")}
                  </div>
                )}
              >
                {(group) => (
                  <MenuSection id={group.id}>
                    <Header className="px-2 pt-2 pb-1 text-caption font-medium text-fg-3">{group.title}</Header>
                    <Collected items={group.commands}>{(command) => <Line command={command} />}</Collected>
                  </MenuSection>
                )}
              </Menu>
            </section>
          </Autocomplete>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

function Line({ command }: { command: PaletteCommand }): ReactNode {
  return (
    <MenuItem id={command.id} textValue={command.text} className={cx(OPTION, "group min-h-9 gap-2.5 max-sm:min-h-11")}>
      <span className="flex size-4 shrink-0 items-center justify-center text-fg-2">{command.icon}</span>
      <span className="min-w-0 flex-1 truncate">{command.text}</span>
      {command.context && <span className="max-w-40 shrink-0 truncate text-caption text-fg-3">{command.context}</span>}
      {command.keys && <kbd className="font-sans text-caption text-fg-3">{keyText(command.keys)}</kbd>}
      <CornerDownLeft size={14} aria-hidden className="hidden text-fg-3 group-data-[focused]:block rtl:-scale-x-100" />
    </MenuItem>
  );
}

const nameOf = (collections: Collection[], name: string): string => {
  const found = collections.find((one) => one.collection === name);
  return found ? collectionName(found) : name;
};

/** Collections with items of the project that the person may read. */
function useReadable(): Collection[] {
  const me = useMe();
  const permissions = usePermissions();
  return useCollections().filter(
    (one) =>
      one.schema &&
      !one.collection.startsWith("directus_") &&
      allowed(permissions, me.admin_access, one.collection, "read").access !== "none",
  );
}

async function searchItems(collections: Collection[], wanted: string, signal: AbortSignal): Promise<TitledItem[]> {
  const searched = collections.filter((one) => !one.meta?.hidden && !one.meta?.singleton).slice(0, SEARCHED);
  const found = await Promise.all(
    searched.map((one) =>
      titled(one.collection, { search: wanted, limit: PER_COLLECTION }, signal).catch((error) => {
        if (signal.aborted) throw error;
        return []; // one collection that fails hides no other's items
      }),
    ),
  );
  return found.flat();
}

function useCommands(modules: Module[], collections: Collection[]): PaletteCommand[] {
  const me = useMe();
  const permissions = usePermissions();
  const visible = collections.filter((one) => !one.meta?.hidden);
  const { data: registered = [] } = useQuery({
    queryKey: ["palette", "commands", me.id, locale()],
    queryFn: () => allCommands(me),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return [
    ...modules.map(
      (module): PaletteCommand => ({
        id: `go.${module.id}`,
        text: module.name,
        icon: <module.icon size={16} />,
        keys: module.key && `g ${module.key}`,
        href: module.path,
      }),
    ),
    ...visible.map(
      (one): PaletteCommand => ({
        id: `collection.${one.collection}`,
        text: collectionName(one),
        keywords: one.collection,
        context: t("shell.content"),
        icon: <Icon name={one.meta?.icon ?? (one.meta?.singleton ? "file" : "box")} />,
        href: `/content/${encodeURIComponent(one.collection)}`,
      }),
    ),
    ...visible
      .filter(
        (one) =>
          !one.meta?.singleton && allowed(permissions, me.admin_access, one.collection, "create").access !== "none",
      )
      .map(
        (one): PaletteCommand => ({
          id: `create.${one.collection}`,
          text: t("shell.palette.create", { name: singularName(one) }),
          keywords: one.collection,
          icon: <Plus size={16} />,
          href: `/content/${encodeURIComponent(one.collection)}/new`,
        }),
      ),
    ...registered,
    ...(["auto", "light", "dark"] as const).map(
      (theme): PaletteCommand => ({
        id: `theme.${theme}`,
        text: `${t("shell.theme")}: ${t(`shell.theme.${theme}`)}`,
        icon: <SunMoon size={16} />,
        run: () => setTheme(theme),
      }),
    ),
    ...LOCALES.filter((one) => one !== locale()).map(
      (one): PaletteCommand => ({
        id: `language.${one}`,
        text: `${t("shell.language")}: ${LOCALE_NAMES[one]}`,
        keywords: "language",
        icon: <Languages size={16} />,
        run: () => void setLanguage(one),
      }),
    ),
    { id: "logout", text: t("shell.logout"), icon: <LogOut size={16} />, run: tryLogOut },
  ];
}
