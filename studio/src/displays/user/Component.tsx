import { CircleUser } from "lucide-react";
import type { DisplayProps } from "~/extensions/contract";
import { Thumbnail } from "../files";
import { userName } from "./text";

interface UserValue {
  id: string;
  avatar?: string | { id: string } | null;
}

export default function User({ value, options }: DisplayProps<UserValue | string, { display?: string }>) {
  const avatar = typeof value === "object" ? value?.avatar : null;
  const name = userName(value);
  return (
    <span className="inline-flex min-w-0 items-center gap-1.5" title={name}>
      {options.display !== "name" &&
        (avatar ? (
          <Thumbnail file={typeof avatar === "string" ? avatar : avatar.id} size={22} circle />
        ) : (
          <CircleUser size={18} aria-hidden className="shrink-0 text-fg-3" />
        ))}
      <span className={options.display === "avatar" ? "sr-only" : "truncate"}>{name}</span>
    </span>
  );
}
