import type { DisplayProps } from "~/extensions/contract";

/** A swatch and its code: a colour alone says nothing to many. */
export default function Color({ value }: DisplayProps<string>) {
  return (
    <span className="inline-flex min-w-0 items-center gap-1.5">
      <span
        aria-hidden
        className="size-4 shrink-0 rounded-full border border-line-strong"
        style={{ background: String(value) }}
      />
      <span className="truncate font-mono text-[12.5px]">{value}</span>
    </span>
  );
}
