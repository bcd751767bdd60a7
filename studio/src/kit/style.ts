/** Join class names; false, null and undefined fall out. */
export const cx = (...names: (string | false | null | undefined)[]): string => names.filter(Boolean).join(" ");

/** What all text controls look like. */
export const CONTROL =
  "control w-full px-2.5 text-body outline-offset-0 placeholder:text-fg-3 data-[hovered]:border-fg-3 " +
  "data-[disabled]:bg-sunken data-[disabled]:text-fg-2 data-[invalid]:border-danger [&:is(input,textarea):read-only]:bg-sunken";

/** With dir="auto": words in whatever direction they are written, at the side where the page's own begin. */
export const ANY_DIRECTION = "text-left rtl:text-right";

/** What every floating surface looks like. */
export const OVERLAY =
  "rounded-card border border-line bg-raised text-fg shadow-overlay outline-none data-[entering]:animate-[st-fade_120ms_ease-out]";

/** One line of a list of choices or commands. */
export const OPTION =
  "flex cursor-default items-center gap-2 rounded-control px-2 py-1.5 text-body outline-none select-none pointer-coarse:min-h-11 " +
  "data-[focused]:bg-hover data-[disabled]:text-fg-3";
