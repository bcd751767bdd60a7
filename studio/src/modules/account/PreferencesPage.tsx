/** How the studio looks and behaves for this person. */
import { LOCALE_NAMES, type Locale, locale } from "~/i18n/i18n";
import { LOCALES } from "~/i18n/parts";
import { t } from "~/i18n/words/account";
import { RadioGroup, Select, Switch } from "~/kit/fields";
import { setLanguage, setTheme } from "~/shell/person";
import { type Preferences, preferences, usePreferences } from "~/shell/preferences";
import { type Account, useChange, useMayChange } from "./account";
import { AccountSection, Matter } from "./Section";

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
