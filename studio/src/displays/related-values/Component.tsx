import type { Item } from "~/api/types";
import type { DisplayProps } from "~/extensions/contract";
import { knownLink, relatedTemplate } from "../related";
import { displayText } from "../template";
import { plainText } from "../text";

const SHOWN = 3;

/** One related item as text, several as chips with how many more there are. */
export default function RelatedValues({ value, field, item, options }: DisplayProps<Item | Item[] | string>) {
  const link = knownLink(field);
  if (!link) return <span className="truncate">{plainText(value)}</span>;
  const template = relatedTemplate(link, options);
  const textOf = (one: unknown) =>
    (one !== null && typeof one === "object" ? displayText(template, one as Item) : "") || keyText(one);
  if (!Array.isArray(value)) return <span className="truncate">{textOf(value)}</span>;
  const counted = item[`${field.field}_count`];
  const total = counted === undefined || counted === null ? value.length : Number(counted);
  return (
    <span className="inline-flex min-w-0 items-center gap-1">
      {value.slice(0, SHOWN).map((one, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: what is shown of an item may not name it
          key={index}
          className="max-w-40 truncate rounded-full bg-fg/8 px-2 py-0.5 text-caption font-medium text-fg-2"
        >
          {textOf(one)}
        </span>
      ))}
      {total > SHOWN && <span className="shrink-0 text-caption text-fg-3">+{total - SHOWN}</span>}
    </span>
  );
}

function keyText(one: unknown): string {
  if (one === null || typeof one !== "object") return plainText(one);
  return plainText((one as Item).id ?? Object.values(one)[0]);
}
