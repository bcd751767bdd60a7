/** Join class names; false, null and undefined fall out. */
export const cx = (...names: (string | false | null | undefined)[]): string => names.filter(Boolean).join(" ");

/** What all text controls look like. */
export const CONTROL =
  "control w-full px-2.5 text-body outline-offset-0 placeholder:text-fg-3 data-[hovered]:border-fg-3 " +
  "data-[disabled]:bg-sunken data-[disabled]:text-fg-2 data-[invalid]:border-danger [&:is(input,textarea):read-only]:bg-sunken";

/** What every floating surface looks like. */
export const OVERLAY =
  "rounded-card border border-line bg-raised text-fg shadow-overlay outline-none data-[entering]:animate-[st-fade_120ms_ease-out]";
