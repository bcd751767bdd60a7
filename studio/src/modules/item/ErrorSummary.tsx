/** What kept an item from being saved, with links to the fields. It gets the focus when it appears. */
import { CircleAlert } from "lucide-react";
import type { Ref } from "react";
import { fieldName } from "~/api/names";
import type { Field } from "~/api/types";
import type { SaveErrors } from "~/form/errors";
import { focusFirst } from "~/form/FormField";
import { t } from "~/i18n/words/item";
import { Notice } from "~/kit/bits";

export function ErrorSummary({
  errors,
  fields,
  ref,
}: {
  errors: SaveErrors;
  fields: readonly Field[];
  ref?: Ref<HTMLDivElement>;
}) {
  const placed = fields.filter((field) => errors.fields[field.field]);
  if (placed.length + errors.general.length === 0) return null;
  return (
    <div ref={ref} tabIndex={-1} role="alert" className="max-w-[720px] rounded-card">
      <Notice tone="danger" icon={<CircleAlert size={16} aria-hidden />} title={t("item.not_saved")}>
        <ul className="list-disc ps-4">
          {errors.general.map((text) => (
            <li key={text}>{text}</li>
          ))}
          {placed.map((field) => (
            <li key={field.field}>
              <button
                type="button"
                className="rounded-control underline underline-offset-2"
                onClick={() => showField(field.field)}
              >
                {fieldName(field)}
              </button>
              {": "}
              {errors.fields[field.field]}
            </li>
          ))}
        </ul>
      </Notice>
    </div>
  );
}

/** Bring a field into sight and put the focus into it. Groups open themselves where there are errors. */
function showField(name: string): void {
  const box = document.querySelector<HTMLElement>(`[id$="-${CSS.escape(name)}"][role="group"]`);
  box?.scrollIntoView({ block: "center" });
  focusFirst(box);
}
