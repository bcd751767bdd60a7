/** Where a person arrives. */
import { useMe } from "~/api/queries";
import { t } from "~/i18n/i18n";

export function HomePage() {
  const me = useMe();
  return (
    <div className="p-6">
      <h1 className="text-home font-semibold">{t("home.title", { name: me.first_name ?? me.email ?? "" })}</h1>
    </div>
  );
}
