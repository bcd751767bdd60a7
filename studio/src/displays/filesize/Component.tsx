import type { DisplayProps } from "~/extensions/contract";
import { formatBytes } from "~/i18n/format";

export default function FileSize({ value }: DisplayProps<number | string>) {
  return <span className="truncate tabular-nums">{formatBytes(Number(value))}</span>;
}
