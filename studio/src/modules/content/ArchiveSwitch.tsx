import { Archive } from "lucide-react";
import { t } from "~/i18n/i18n";
import { Button } from "~/kit/Button";
import { Menu } from "~/kit/Menu";
import type { Archived } from "./query";

/** Whether archived items are in the list. */
export function ArchiveSwitch({ value, onChange }: { value: Archived; onChange: (value: Archived) => void }) {
  const entry = (id: Archived) => ({ id, text: t(`content.archived.${id}`), onAction: () => onChange(id) });
  return (
    <Menu label={t("content.archived")} commands={[[entry("active"), entry("all"), entry("only")]]}>
      <Button
        look="quiet"
        icon={<Archive size={15} aria-hidden />}
        className="min-h-7 pointer-coarse:min-h-11 px-2 text-dense text-fg-2"
      >
        {t(`content.archived.${value}`)}
      </Button>
    </Menu>
  );
}
