/**
 * What extensions import as `@satchel/studio`, version 1. Only additions within a version. The module that they get,
 * `sdk/v1.js`, hands on what stands here.
 */
import { get, patch, post, remove, request, url } from "~/api/client";
import { formatBytes, formatDate, formatDateTime, formatNumber, formatRelative } from "~/i18n/format";
import { direction, locale } from "~/i18n/i18n";
import { confirm } from "~/kit/Dialog";
import { toast } from "~/kit/Toast";
import type { Text } from "./contract";
import { textOf } from "./texts";

const SDK = Symbol.for("satchel.studio.v1");

export async function navigate(path: string): Promise<void> {
  const { router } = await import("~/routes/routes");
  await router.navigate({ to: path });
}

let known: Readonly<Record<string, string>> = {};

/** Texts of an extension's language files. */
export function learn(texts: Readonly<Record<string, string>>): void {
  known = { ...known, ...texts };
}

export const sdk = {
  version: 1,
  /** Requests as the person who is signed in. Paths are those of the Directus API. */
  api: { get, post, patch, remove, request, url },
  navigate,
  openItem: (collection: string, id: string) =>
    navigate(`/content/${encodeURIComponent(collection)}/${encodeURIComponent(id)}`),
  toast,
  confirm,
  /** A text, the one of the current language, or one of the extension's language files by its name. */
  t: (text: Text) => (typeof text === "string" ? (known[text] ?? textOf(text)) : textOf(text)),
  format: {
    number: formatNumber,
    date: formatDate,
    dateTime: formatDateTime,
    relative: formatRelative,
    bytes: formatBytes,
  },
  locale,
  direction,
};

/** Put it where the module finds it. */
export function provideSdk(): void {
  (globalThis as Record<symbol, unknown>)[SDK] ??= sdk;
}
