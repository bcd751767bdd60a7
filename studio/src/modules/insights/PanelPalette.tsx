/** The kinds of panels, built in and of extensions. */
import { Plus } from "lucide-react";
import { t } from "~/i18n/words/insights";
import { Button } from "~/kit/Button";
import { Icon } from "~/kit/Icon";
import { Menu } from "~/kit/Menu";
import { panels, textOf, useAll } from "~/panels/all";

export function PanelPalette({ onPick }: { onPick: (type: string) => void }) {
  const kinds = useAll(panels);
  const command = (kind: (typeof kinds)[number]) => ({
    id: kind.id,
    text: textOf(kind.name),
    icon: <Icon name={kind.icon} />,
    onAction: () => onPick(kind.id),
  });
  return (
    <Menu
      label={t("insights.add")}
      commands={[
        kinds.filter((kind) => !kind.extension).map(command),
        kinds.filter((kind) => kind.extension).map(command),
      ]}
    >
      <Button icon={<Plus size={16} />}>
        <span className="max-sm:sr-only">{t("insights.add")}</span>
      </Button>
    </Menu>
  );
}
