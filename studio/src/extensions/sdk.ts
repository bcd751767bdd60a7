/**
 * What extensions import as `@satchel/studio`, version 1. Only additions within a version. The module that they get,
 * `sdk/v1.js`, hands on what stands here.
 */
import { url } from "~/api/address";
import { get, patch, post, remove, request } from "~/api/client";
import { formatBytes, formatDate, formatDateTime, formatNumber, formatRelative } from "~/i18n/format";
import { direction, locale } from "~/i18n/i18n";
import { confirm } from "~/kit/Dialog";
import { toast } from "~/kit/Toast";
import type { overlay } from "~/sdk/overlay";
import type { Text } from "./contract";
import type { PickOptions } from "./services";
import { textOf } from "./texts";
import { followTokens, tokens } from "./tokens";

const SDK = Symbol.for("satchel.studio.v1");

export async function navigate(path: string): Promise<void> {
  const { router } = await import("~/routes/routes");
  await router.navigate({ to: path });
}

const services = () => import("./services");

async function pickItems(collection: string, options?: PickOptions) {
  return (await services()).pickItems(collection, options);
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
  /** The keys of items that the person chooses; null where they choose none. */
  pickItems,
  /** The key of a file of the library; null where none is chosen. */
  pickFile: async (options?: Omit<PickOptions, "multiple">) =>
    (await pickItems("directus_files", { ...options, multiple: false }))?.[0] ?? null,
  /** What exists, as the person may see it. */
  schema: {
    collections: async () => (await services()).collections(),
    fields: async (collection: string) => (await services()).fields(collection),
    relations: async () => (await services()).relations(),
  },
  /** What the command palette offers, by its id. */
  commands: { run: async (id: string) => (await services()).runCommand(id) },
  /** The tokens as they are, and whenever theme, contrast or density change them. */
  tokens: { get: tokens, subscribe: followTokens },
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
  /** A surface above the page, at an element; see `~/sdk/overlay`. */
  overlay: async (...args: Parameters<typeof overlay>) => (await import("~/sdk/overlay")).overlay(...args),
  /** What is drawn in an icon, as SVG. */
  icon: async (name: string) => (await import("~/kit/Icon")).iconMarkup(name),
};

/** Put it where the module finds it. */
export function provideSdk(): void {
  (globalThis as Record<symbol, unknown>)[SDK] ??= sdk;
}
