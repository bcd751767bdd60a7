/** A number for each value of a field, as bars from the largest to the smallest. */
import { useQuery } from "@tanstack/react-query";
import { fieldName } from "~/api/names";
import { fieldsQuery, useRelations } from "~/api/queries";
import { linkOf } from "~/api/relations";
import { titlesQuery } from "~/api/titles";
import type { Field, Key } from "~/api/types";
import { plainText } from "~/displays/text";
import type { PanelProps } from "~/extensions/contract";
import { t } from "~/i18n/words/insights";
import { storedChoices } from "~/interfaces/choices";
import { Bars, Chart } from "../chart";
import { numberOf, numberText } from "../numbers";

const SHOWN = 30;

interface Options {
  collection?: string;
  xAxis?: string;
  function?: string;
  decimals?: number | null;
  color?: string | null;
}

export default function BarsPanel({ data, options }: PanelProps<Options>) {
  const { collection = "", xAxis = "" } = options;
  const field = useQuery(fieldsQuery(collection)).data?.find((one) => one.field === xAxis);
  const rows = (data.rows ?? [])
    .map((row) => ({ key: row[xAxis], value: numberOf(row, options.function) }))
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0))
    .slice(0, SHOWN);
  const names = useNames(
    { collection, field: xAxis },
    rows.map((one) => one.key),
    field,
  );
  return (
    <Chart
      head={[field ? fieldName(field) : xAxis, t("panels.value")]}
      rows={rows.map(({ key, value }) => ({ label: names(key), value, text: numberText(value, options.decimals) }))}
    >
      {(bars) => <Bars rows={bars} color={options.color} />}
    </Chart>
  );
}

/** What the values of a field are called: linked items by their titles, choices by their texts. */
function useNames(place: { collection: string; field: string }, values: unknown[], field: Field | undefined) {
  const related = linkOf(place, useRelations())?.related ?? null;
  const keys = values.filter((one): one is Key => one !== null && one !== undefined);
  const titles = useQuery({
    ...titlesQuery(related ? keys.map((id) => ({ collection: related, id })) : []),
    enabled: related !== null,
  }).data;
  const choices = storedChoices(field?.meta?.options?.choices);
  return (value: unknown): string => {
    if (value === null || value === undefined || value === "") return t("panels.no_value");
    const title = titles?.find((one) => String(one.id) === String(value))?.title;
    const choice = choices.find((one) => String(one.value) === String(value));
    return title ?? choice?.text ?? plainText(value);
  };
}
