/** Where a person arrives. */
import { useMe } from "~/api/queries";
import { t } from "~/i18n/i18n";
import { useTitle } from "~/kit/title";

export function HomePage() {
  const me = useMe();
  useTitle(t("shell.home"));
  return (
    <div className="p-6">
      <h1 className="text-home font-semibold">{t("home.title", { name: me.first_name ?? me.email ?? "" })}</h1>
    </div>
  );
}
