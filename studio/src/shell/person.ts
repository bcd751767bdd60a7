/** Who is signed in: taking over what their profile prefers, changing it, logging out. */
import { patch, request } from "~/api/client";
import { ApiError } from "~/api/errors";
import { meQuery, queryClient } from "~/api/queries";
import { session } from "~/api/session";
import type { User } from "~/api/types";
import { boot } from "~/boot";
import { activate, type Locale, locale, matchLocale } from "~/i18n/i18n";
import { type Preferences, preferences } from "./preferences";

/** The page is this person's now. */
export async function arrive(user: User): Promise<void> {
  session.begin(user.id);
  preferences.ofProfile({
    ...(user.appearance === "light" || user.appearance === "dark" ? { theme: user.appearance } : {}),
    locale: user.language,
  });
  await speak();
}

async function speak(): Promise<void> {
  const wanted = matchLocale(preferences.get().locale, ...navigator.languages, boot.locale);
  if (wanted !== locale()) await activate(wanted);
}

/** Speak another language, on this device and for what the server writes to the person. */
export async function setLanguage(wanted: Locale): Promise<void> {
  preferences.set({ locale: wanted });
  await activate(wanted);
  remember({ language: wanted });
}

export function setTheme(theme: Preferences["theme"]): void {
  preferences.set({ theme });
  remember({ appearance: theme === "auto" ? null : theme });
}

/** Keep it in the profile, too, for those who have one that they may change. The device goes first, so this may fail. */
function remember(values: Partial<User>): void {
  if (!queryClient.getQueryData(meQuery.queryKey)) return;
  patch("/users/me", values).then(
    () => queryClient.setQueryData(meQuery.queryKey, (me) => me && { ...me, ...values }),
    () => undefined,
  );
}

/** End the session and forget all that the page knows. Throws ApiError where the server can't be told. */
export async function logOut(): Promise<void> {
  try {
    await request("POST", "/auth/logout", { body: { mode: "session" }, anonymous: true });
  } catch (error) {
    // without a session there is nothing to end
    if (!(error instanceof ApiError) || error.status !== 400) throw error;
  }
  session.finish();
  leaveFor("login");
}

/** Load another of the studio's pages anew, with nothing of this one. */
export function leaveFor(path: string): void {
  window.location.assign(new URL(path, document.baseURI).href);
}
