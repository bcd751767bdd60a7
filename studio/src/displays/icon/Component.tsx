import type { DisplayProps } from "~/extensions/contract";

/** The name of an icon. */
export default function Icon({ value }: DisplayProps<string>) {
  return <span className="truncate font-mono text-[12.5px]">{value}</span>;
}
