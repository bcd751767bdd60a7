import type { DisplayProps } from "~/extensions/contract";
import { formatDate } from "~/i18n/format";
import { dateText, readDate } from "./text";

interface Options {
  format?: string;
  relative?: boolean;
  includeSeconds?: boolean;
  use24?: boolean;
  prefix?: string;
  suffix?: string;
}

/** A date or time in the reader's language; what is relative has the exact moment on hover. */
export default function DateTime({ value, options }: DisplayProps<string, Options>) {
  const text = String(value);
  const date = readDate(text);
  const exact = date && text.length > 10 ? formatDate(date, { dateStyle: "full", timeStyle: "medium" }) : undefined;
  return (
    <time dateTime={text} title={exact} className="truncate tabular-nums">
      {options.prefix}
      {dateText(text, { ...options })}
      {options.suffix}
    </time>
  );
}
