import type { DisplayProps } from "~/extensions/contract";
import { jsonText } from "./text";

export default function JsonValue({ value, options }: DisplayProps) {
  const text = jsonText(value, options);
  return (
    <span className={options.format ? "truncate" : "truncate font-mono text-[12.5px]"} title={text}>
      {text}
    </span>
  );
}
