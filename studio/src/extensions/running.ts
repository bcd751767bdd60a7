/** Runs the code of extensions: that of trusted ones here, once; a handler of one that is not in a sandbox of its own. */
import { locale, t } from "~/i18n/i18n";
import { toast } from "~/kit/Toast";
import type { Extension } from "./extension";
import { mayKnow } from "./rights";
import { learn, provideSdk, sdk } from "./sdk";

const ACTIVATION_MILLISECONDS = 5000;

export type Handlers = Record<string, (context: Record<string, unknown>) => unknown>;

type Activate = (studio: typeof sdk) => unknown;
const activated = new Map<string, Promise<Handlers>>();

/** Run an extension's code, once. Gives its handlers; rejects with what is wrong with it. */
export function activate(extension: Extension): Promise<Handlers> {
  const known = activated.get(extension.name);
  if (known) return known;
  const running = limited(
    (async () => {
      provideSdk();
      learn(await messagesOf(extension));
      const address = new URL(extension.base + extension.entry, document.baseURI).href;
      const module = (await import(/* @vite-ignore */ address)) as { default?: Activate };
      const made = (await module.default?.(sdk)) as { handlers?: Handlers } | undefined;
      return made?.handlers ?? {};
    })(),
  );
  activated.set(extension.name, running);
  return running;
}

export function limited<T>(work: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) =>
    setTimeout(() => reject(new Error(t("extensions.late"))), ACTIVATION_MILLISECONDS),
  );
  return Promise.race([work, late]);
}

/** Its texts in the current language, else in English; none where it has no files of them. */
export async function messagesOf(extension: Extension): Promise<Record<string, string>> {
  const { locales = {} } = extension.contributes;
  const file = locales[locale()] ?? locales.en;
  if (!file) return {};
  const answer = await fetch(new URL(extension.base + file.replace(/^\.\//, ""), document.baseURI));
  if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
  return (await answer.json()) as Record<string, string>;
}

/** Run a handler for an action or a command. What goes wrong is said in the corner, and stops nothing else. */
export async function runHandler(extension: Extension, name: string, context: Record<string, unknown>): Promise<void> {
  try {
    if (extension.trust === "sandboxed") {
      const { handleInSandbox } = await import("./sandbox");
      const { values, ...rest } = context;
      const known = values !== undefined && mayKnow(extension, String(context.collection)) ? { values } : {};
      await handleInSandbox(extension, name, { ...rest, ...known });
      return;
    }
    const handler = (await activate(extension))[name];
    if (typeof handler !== "function") throw new Error(t("extensions.no_handler", { name }));
    await handler(context);
  } catch (error) {
    toast({
      kind: "error",
      text: t("extensions.action_failed", { name: extension.name }),
      detail: error instanceof Error ? error.message : String(error),
    });
  }
}
