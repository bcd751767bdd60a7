/** What the account's menu says; loaded when it opens. */
import { Keyboard, LogOut, UserRound } from "lucide-react";
import { Header, Menu, MenuItem, MenuSection, Separator } from "react-aria-components";
import { useMe } from "~/api/queries";
import { LOCALE_NAMES, type Locale, locale, t } from "~/i18n/i18n";
import { LOCALES } from "~/i18n/parts";
import { MenuPopover } from "~/kit/floating";
import type { Opened } from "~/kit/Opener";
import { cx, OPTION, OVERLAY } from "~/kit/style";
import { tryLogOut } from "./AccountMenu";
import { Avatar } from "./Avatar";
import { personName } from "./names";
import { setLanguage, setTheme } from "./person";
import { type Preferences, preferences, usePreferences } from "./preferences";

const THEMES = ["auto", "light", "dark"] as const;
const DENSITIES = ["compact", "cozy", "comfortable"] as const;

export default function AccountMenuList({ onKeys, ...opened }: Opened & { onKeys: () => void }) {
  const me = useMe();
  const { theme, density } = usePreferences();
  const head = "px-2 pt-2 pb-1 text-caption text-fg-3";
  const line = <Separator className="my-1 h-px bg-line" />;
  return (
    <MenuPopover
      {...opened}
      label={t("shell.account")}
      offset={6}
      placement="end bottom"
      className={cx(OVERLAY, "max-h-[85vh] w-64 overflow-auto p-1")}
    >
      <Menu
        id={opened.id}
        aria-label={t("shell.account")}
        autoFocus={opened.focus}
        onClose={() => opened.onOpenChange(false)}
        className="outline-none"
      >
        <MenuSection aria-label={personName(me)}>
          <Header className="flex items-center gap-2.5 px-2 py-2">
            <Avatar user={me} size={32} />
            <span className="min-w-0">
              <span className="block truncate font-medium">{personName(me)}</span>
              {personName(me) !== me.email && <span className="block truncate text-caption text-fg-3">{me.email}</span>}
            </span>
          </Header>
          <MenuItem href="/me" textValue={t("shell.account")} className={OPTION}>
            <UserRound size={16} /> {t("shell.account")}
          </MenuItem>
          <MenuItem onAction={onKeys} textValue={t("shell.keys")} className={OPTION}>
            <Keyboard size={16} /> <span className="flex-1">{t("shell.keys")}</span>
            <kbd className="font-sans text-caption text-fg-3">?</kbd>
          </MenuItem>
        </MenuSection>
        {line}
        <Choices
          label={t("shell.theme")}
          head={head}
          ids={THEMES}
          text={(id) => t(`shell.theme.${id}`)}
          value={theme}
          onChange={(id) => setTheme(id as Preferences["theme"])}
        />
        {line}
        <Choices
          label={t("shell.density")}
          head={head}
          ids={DENSITIES}
          text={(id) => t(`shell.density.${id}`)}
          value={density}
          onChange={(id) => preferences.set({ density: id as Preferences["density"] })}
        />
        {line}
        <Choices
          label={t("shell.language")}
          head={head}
          ids={LOCALES}
          text={(id) => LOCALE_NAMES[id as Locale]}
          value={locale()}
          onChange={(id) => void setLanguage(id as Locale)}
        />
        {line}
        <MenuSection aria-label={t("shell.logout")}>
          <MenuItem onAction={tryLogOut} textValue={t("shell.logout")} className={OPTION}>
            <LogOut size={16} className="rtl:-scale-x-100" /> {t("shell.logout")}
          </MenuItem>
        </MenuSection>
      </Menu>
    </MenuPopover>
  );
}

function Choices({
  label,
  head,
  ids,
  text,
  value,
  onChange,
}: {
  label: string;
  head: string;
  ids: readonly string[];
  text: (id: string) => string;
  value: string;
  onChange: (id: string) => void;
}) {
  return (
    <MenuSection
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys) => {
        const id = [...keys][0];
        if (id !== undefined) onChange(String(id));
      }}
    >
      <Header className={head}>{label}</Header>
      {ids.map((id) => (
        <MenuItem key={id} id={id} textValue={text(id)} shouldCloseOnSelect={false} className={OPTION}>
          {({ isSelected }) => (
            <>
              <span
                aria-hidden
                className={cx(
                  "ms-0.5 me-0.5 size-3 shrink-0 rounded-full border",
                  isSelected ? "border-4 border-accent" : "border-line-strong",
                )}
              />
              {text(id)}
            </>
          )}
        </MenuItem>
      ))}
    </MenuSection>
  );
}
