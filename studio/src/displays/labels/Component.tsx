import type { DisplayProps } from "~/extensions/contract";
import { Icon } from "~/kit/Icon";
import { labelsOf } from "./labels";

/** One word for one value, chips for several. A colour is a dot beside the word, never the word's own ground alone. */
export default function Labels({ value, options }: DisplayProps) {
  const labels = labelsOf(value, options);
  const single = !Array.isArray(value);
  return (
    <span className="inline-flex min-w-0 items-center gap-1">
      {labels.slice(0, 6).map((label, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: labels have no identity of their own
          key={index}
          className={
            single && options.showAsDot
              ? "inline-flex min-w-0 items-center gap-1.5"
              : "inline-flex min-w-0 items-center gap-1.5 rounded-full bg-fg/8 px-2 py-0.5 text-caption font-medium text-fg-2"
          }
        >
          {label.icon ? (
            <span className="shrink-0" style={{ color: label.background ?? label.color }}>
              <Icon name={label.icon} size={14} />
            </span>
          ) : (
            Boolean(label.color || label.background || options.showAsDot) && (
              <span
                aria-hidden
                className="size-2 shrink-0 rounded-full bg-fg-3"
                style={{ background: label.background ?? label.color }}
              />
            )
          )}
          <span className="truncate">{label.text}</span>
        </span>
      ))}
      {labels.length > 6 && <span className="text-caption text-fg-3">+{labels.length - 6}</span>}
    </span>
  );
}
