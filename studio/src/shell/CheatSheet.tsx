/** All shortcuts that work where the person is. */
import { t } from "~/i18n/i18n";
import { Dialog } from "~/kit/Dialog";
import { Switch } from "~/kit/fields";
import { keyTexts, type Shortcut, useShortcuts } from "./keys";
import { preferences, usePreferences } from "./preferences";

export default function CheatSheet({ onClose }: { onClose: () => void }) {
  const { shortcuts } = usePreferences();
  const groups = new Map<string, Shortcut[]>();
  const all = useShortcuts();
  for (const one of all) {
    const group = one.group ?? t("shell.keys.here");
    groups.set(group, [...(groups.get(group) ?? []), one]);
  }
  return (
    <Dialog isOpen onClose={onClose} title={t("shell.keys")} size="large">
      <div className="gap-8 pb-2 sm:columns-2">
        {[...groups].map(([group, list]) => (
          <section key={group} className="mb-5 break-inside-avoid">
            <h3 className="mb-1 text-caption font-medium text-fg-3">{group}</h3>
            <dl>
              {list.map((one) => (
                <div key={one.keys} className="flex min-h-8 items-center gap-4 border-b border-line py-1">
                  <dt className="min-w-0 flex-1">{one.text}</dt>
                  <dd>
                    <Keys keys={one.keys} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <div className="border-t border-line py-3">
        <Switch isSelected={shortcuts} onChange={(on) => preferences.set({ shortcuts: on })}>
          {t("shell.keys.single")}
        </Switch>
      </div>
    </Dialog>
  );
}

function Keys({ keys }: { keys: string }) {
  return (
    <span className="flex items-center gap-1">
      {keyTexts(keys).map((stroke, place) => (
        <span key={stroke.join("+")} className="flex items-center gap-1">
          {place > 0 && <span className="text-caption text-fg-3">{t("shell.keys.then")}</span>}
          {stroke.map((key) => (
            <kbd
              key={key}
              className="min-w-6 rounded border border-line-strong bg-sunken px-1.5 py-0.5 text-center font-sans text-caption"
            >
              {key}
            </kbd>
          ))}
        </span>
      ))}
    </span>
  );
}
