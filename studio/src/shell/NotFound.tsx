import { Compass } from "lucide-react";
import { t } from "~/i18n/i18n";
import { ButtonLink } from "~/kit/Button";
import { Centered } from "~/kit/states";
import { useTitle } from "~/kit/title";

export function NotFound() {
  useTitle(t("shell.not_found"));
  return (
    <Centered
      isPage
      icon={<Compass size={20} />}
      title={t("shell.not_found")}
      actions={<ButtonLink href="/home">{t("shell.home")}</ButtonLink>}
    >
      {t("shell.not_found.text")}
    </Centered>
  );
}
