import type { User } from "~/api/types";

/** What to call a person: their name, else their e-mail address. */
export function personName(user: Pick<User, "first_name" | "last_name" | "email">): string {
  return [user.first_name, user.last_name].filter(Boolean).join(" ") || user.email || "";
}
