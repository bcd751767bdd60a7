/** How far from now a moment lies, before or after it: `$NOW(-7 days)`. */
import { t } from "~/i18n/i18n";
import { NumberField, Select } from "~/kit/fields";
import { parseRelative, UNITS, type Unit, writeRelative } from "./dates";

export function RelativeMoment({ value, onChange }: { value: unknown; onChange: (value: string) => void }) {
  const { amount, unit } = parseRelative(value) ?? { amount: 7, unit: "days" };
  const count = Math.abs(amount);
  const write = (next: number, of: Unit) => onChange(writeRelative({ amount: amount < 0 ? -next : next, unit: of }));
  return (
    <div className="flex gap-2">
      <NumberField
        aria-label={t("filter.date.amount")}
        minValue={1}
        value={count}
        onChange={(next) => write(Number.isNaN(next) ? 1 : next, unit)}
        className="w-16"
      />
      <Select
        aria-label={t("filter.date.unit")}
        choices={UNITS.map((one) => ({ id: one, text: t(`filter.unit.${one}`) }))}
        value={unit}
        onChange={(id) => write(count, id as Unit)}
        className="w-28"
      />
    </div>
  );
}
