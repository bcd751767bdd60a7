/** A person's picture, or their initials. */
import { Bot } from "lucide-react";
import { useState } from "react";
import { url } from "~/api/address";
import type { User } from "~/api/types";
import { cx } from "~/kit/style";
import { personName } from "./names";

export function Avatar({
  user,
  size = 28,
  className,
}: {
  user: Pick<User, "first_name" | "last_name" | "email" | "avatar"> | null;
  size?: number;
  className?: string;
}) {
  const style = { width: size, height: size, fontSize: Math.round(size * 0.4) };
  const look = cx("max-w-none shrink-0 rounded-full", className);
  const [broken, setBroken] = useState<string | null>(null);
  if (user?.avatar && user.avatar !== broken) {
    const { avatar } = user;
    const source = url(`/assets/${avatar}`, { key: size > 32 ? "system-medium-cover" : "system-small-cover" });
    return (
      <img src={source} alt="" onError={() => setBroken(avatar)} style={style} className={cx(look, "object-cover")} />
    );
  }
  return (
    <span
      aria-hidden
      style={style}
      className={cx(look, "flex items-center justify-center bg-accent-bg font-semibold text-accent-strong")}
    >
      {user ? initials(user) : <Bot size={Math.round(size * 0.6)} />}
    </span>
  );
}

function initials(user: Pick<User, "first_name" | "last_name" | "email">): string {
  const words = user.first_name || user.last_name ? [user.first_name, user.last_name] : [personName(user)];
  return words
    .map((word) => [...(word ?? "").trim()][0] ?? "")
    .join("")
    .toUpperCase();
}
