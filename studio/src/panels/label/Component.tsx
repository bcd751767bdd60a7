/** A heading for the panels around it. */
import type { PanelProps } from "~/extensions/contract";

export default function LabelPanel({ options }: PanelProps<{ text?: string | null; color?: string | null }>) {
  return (
    <div className="flex h-full items-center gap-3 px-4">
      {options.color && (
        <span aria-hidden className="h-6 w-1 shrink-0 rounded-full" style={{ background: options.color }} />
      )}
      <p className="min-w-0 truncate text-section font-semibold">{options.text}</p>
    </div>
  );
}
