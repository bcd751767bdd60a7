import { Rows3 } from "lucide-react";
import { fieldName } from "~/api/names";
import { useRelations } from "~/api/queries";
import { linkOf } from "~/api/relations";
import type { Field } from "~/api/types";
import { t } from "~/i18n/i18n";
import { Button } from "~/kit/Button";
import { Menu } from "~/kit/Menu";
import { type Grouping, groupText, isGroupable, type Unit, unitsOf } from "./grouping";

/** What a grouping is called: a field, and of dates which part of them. */
const nameOf = (field: Field, unit: Unit | null) =>
  unit ? t(`content.group.${unit}`, { name: fieldName(field) }) : fieldName(field);

/** By which field rows are grouped. `onAll`: all groups are to be opened, or closed. */
export function GroupSwitch({
  fields,
  grouping,
  onChange,
  onAll,
}: {
  fields: readonly Field[];
  grouping: Grouping | undefined;
  onChange: (group: string | null) => void;
  onAll: (open: boolean) => void;
}) {
  const relations = useRelations();
  const entry = (field: Field, unit: Unit | null) => ({
    id: groupText(field.field, unit, false),
    text: nameOf(field, unit),
    disabled: grouping?.field === field && grouping.unit === unit,
    onAction: () => onChange(groupText(field.field, unit, false)),
  });
  const choices = fields
    .filter((field) => !field.meta?.hidden && isGroupable(field, linkOf(field, relations)))
    .flatMap((field) => {
      const units = unitsOf(field);
      return units.length ? units.map((unit) => entry(field, unit)) : [entry(field, null)];
    });
  if (!choices.length) return null;
  const turned = grouping && groupText(grouping.field.field, grouping.unit, !grouping.descending);
  return (
    <Menu
      label={t("content.group")}
      commands={[
        grouping
          ? [
              { id: "none", text: t("content.group.off"), onAction: () => onChange(null) },
              {
                id: "turn",
                text: t(grouping.descending ? "content.group.ascending" : "content.group.descending"),
                onAction: () => onChange(turned ?? null),
              },
              { id: "close", text: t("content.group.close"), onAction: () => onAll(false) },
              { id: "open", text: t("content.group.open"), onAction: () => onAll(true) },
            ]
          : [],
        choices,
      ]}
    >
      <Button
        look="quiet"
        icon={<Rows3 size={15} aria-hidden />}
        className="min-h-7 pointer-coarse:min-h-11 px-2 text-dense text-fg-2"
      >
        {grouping ? t("content.grouped", { name: nameOf(grouping.field, grouping.unit) }) : t("content.group")}
      </Button>
    </Menu>
  );
}
