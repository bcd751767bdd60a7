import type { DisplayProps } from "~/extensions/contract";
import { plainText } from "../text";

/** The value as the API gives it. */
export default function Raw({ value }: DisplayProps) {
  const text = plainText(value);
  return (
    <span className="truncate" title={text}>
      {text}
    </span>
  );
}
