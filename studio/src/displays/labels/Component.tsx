import type { CSSProperties } from "react";
import type { DisplayProps } from "~/extensions/contract";
import { Icon } from "~/kit/Icon";
import { type Label, labelsOf } from "./labels";

const dotOf = ({ background, color }: Label) => ({ "--dot": background ?? color }) as CSSProperties;

/** One word for one value, chips for several. A colour is a dot beside the word, never the word's own ground alone. */
export default function Labels({ value, options }: DisplayProps) {
  const labels = labelsOf(value, options);
  const single = !Array.isArray(value);
  const [only] = labels;
  // what most lists are full of costs one element
  if (single && only && !only.icon && options.showAsDot) {
    return (
      <span className="dotted truncate" style={dotOf(only)}>
        {only.text}
      </span>
    );
  }
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
              <span aria-hidden className="dotted -me-1.5 shrink-0" style={dotOf(label)} />
            )
          )}
          <span className="truncate">{label.text}</span>
        </span>
      ))}
      {labels.length > 6 && <span className="text-caption text-fg-3">+{labels.length - 6}</span>}
    </span>
  );
}
