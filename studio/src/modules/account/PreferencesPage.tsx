/** How the studio looks and behaves for this person. */
import { useState } from "react";
import { themes } from "~/extensions/contributions";
import { useAll } from "~/extensions/kind";
import { textOf } from "~/extensions/texts";
import { weakPairs } from "~/extensions/themes";
import { LOCALE_NAMES, type Locale, locale } from "~/i18n/i18n";
import { LOCALES } from "~/i18n/parts";
import { t } from "~/i18n/words/account";
import { RadioGroup, Select, Switch } from "~/kit/fields";
import { setLanguage, setTheme } from "~/shell/person";
import { type Preferences, preferences, usePreferences } from "~/shell/preferences";
import { type Account, useChange, useMayChange } from "./account";
import { AccountSection, Matter } from "./Section";

const OWN = "own";

export function PreferencesPage() {
  return (
    <AccountSection title={t("account.preferences")}>
      {(account) => (
        <>
          <Looks />
          <Keyboard />
          <Mails account={account} />
        </>
      )}
    </AccountSection>
  );
}

function Looks() {
  const { theme, contrast, density, railNames } = usePreferences();
  return (
    <Matter title={t("account.looks")} text={t("account.looks.text")}>
      <Select
        label={t("shell.language")}
        choices={LOCALES.map((id) => ({ id, text: LOCALE_NAMES[id] }))}
        value={locale()}
        onChange={(id) => void setLanguage(id as Locale)}
        className="w-56"
      />
      <RadioGroup
        label={t("shell.theme")}
        horizontal
        choices={(["auto", "light", "dark"] as const).map((id) => ({ id, text: t(`shell.theme.${id}`) }))}
        value={theme}
        onChange={(id) => setTheme(id as Preferences["theme"])}
      />
      <Palettes />
      <RadioGroup
        label={t("account.contrast")}
        horizontal
        choices={(["auto", "more"] as const).map((id) => ({ id, text: t(`account.contrast.${id}`) }))}
        value={contrast}
        onChange={(id) => preferences.set({ contrast: id as Preferences["contrast"] })}
      />
      <RadioGroup
        label={t("shell.density")}
        horizontal
        choices={(["compact", "cozy", "comfortable"] as const).map((id) => ({ id, text: t(`shell.density.${id}`) }))}
        value={density}
        onChange={(id) => preferences.set({ density: id as Preferences["density"] })}
      />
      <Switch isSelected={railNames} onChange={(on) => preferences.set({ railNames: on })}>
        {t("account.rail_names")}
      </Switch>
    </Matter>
  );
}

/** Themes of extensions, where there are any that can be read. */
function Palettes() {
  const all = useAll(themes);
  const chosen = usePreferences().palettes ?? {};
  const [readable] = useState(() => all.filter((one) => weakPairs(one).length === 0));
  return (["light", "dark"] as const).map((appearance) => {
    const choices = readable
      .filter((one) => one.appearance === appearance)
      .map((one) => ({ id: one.id, text: textOf(one.name ?? one.id) }));
    if (choices.length === 0) return null;
    return (
      <Select
        key={appearance}
        label={t(`account.palette.${appearance}`)}
        choices={[{ id: OWN, text: t("account.palette.own") }, ...choices]}
        value={chosen[appearance] ?? OWN}
        onChange={(id) => preferences.set({ palettes: { ...chosen, [appearance]: id === OWN ? undefined : id } })}
        className="w-56"
      />
    );
  });
}

function Keyboard() {
  const { shortcuts } = usePreferences();
  return (
    <Matter title={t("account.keyboard")} text={t("account.keyboard.text")}>
      <Switch isSelected={shortcuts} onChange={(on) => preferences.set({ shortcuts: on })}>
        {t("shell.keys.single")}
      </Switch>
    </Matter>
  );
}

function Mails({ account }: { account: Account }) {
  const may = useMayChange();
  const change = useChange();
  if (account.email_notifications === undefined) return null;
  return (
    <Matter title={t("account.mails")}>
      <Switch
        isDisabled={!may("email_notifications") || change.isPending}
        isSelected={account.email_notifications ?? false}
        onChange={(on) => change.mutate({ email_notifications: on })}
      >
        {t("account.mails.notifications")}
      </Switch>
    </Matter>
  );
}
