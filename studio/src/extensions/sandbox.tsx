/**
 * An extension that is not trusted, in a frame with an origin of its own. It gets plain values and answers by events
 * through one port; what it asks of the API is judged here, call by call, by what its manifest declares.
 */
import { useEffect, useRef } from "react";
import { request } from "~/api/client";
import { queryClient, relationsQuery } from "~/api/queries";
import { direction, locale, t } from "~/i18n/i18n";
import { confirm } from "~/kit/Dialog";
import { cx } from "~/kit/style";
import { toast } from "~/kit/Toast";
import type { Extension } from "./extension";
import { declared, judged } from "./rights";
import { limited, messagesOf } from "./running";
import { navigate, sdk } from "./sdk";
import { followTokens, tokens } from "./tokens";

type Detail = Record<string, unknown>;

interface Sandbox {
  set: (properties: Detail) => void;
  handle: (name: string, context: Detail) => Promise<void>;
  ready: Promise<void>;
  close: () => void;
}

interface Watcher {
  element?: string;
  onEvent?: (name: string, detail: Detail) => void;
  onFailed?: (error: Error) => void;
  onHeight?: (height: number) => void;
}

const scheme = () => (document.documentElement.dataset.theme === "dark" ? "dark" : "light");

const address = (extension: Extension): string =>
  new URL(`${extension.base.replace(/^ext\//, "frame/")}?scheme=${scheme()}`, document.baseURI).href;

async function ask(extension: Extension, method: unknown, path: unknown, options: unknown): Promise<unknown> {
  // as data: a blob or a form would be sent without anybody having looked into it
  const { query, body } = plain((options ?? {}) as Detail) as { query?: Record<string, never>; body?: unknown };
  const call = { method: String(method).toUpperCase(), path: String(path), query, body };
  const found = judged(extension.requires.api, call, await queryClient.ensureQueryData(relationsQuery));
  if ("refused" in found) throw new Error(found.refused);
  return request(call.method, found.path, { query, body });
}

/** What it may ask of the studio. */
async function answer(extension: Extension, name: string, args: unknown[]): Promise<unknown> {
  if (name === "api") return ask(extension, args[0], args[1], args[2]);
  if (name === "navigate") return navigate(String(args[0]).replace(/^\/*/, "/"));
  if (name === "openItem") return sdk.openItem(String(args[0]), String(args[1]));
  if (name === "icon") return sdk.icon(String(args[0]));
  const { api } = extension.requires;
  if (name === "collections") {
    return (await sdk.schema.collections()).filter((one) => declared(api, "read", one.collection));
  }
  if (name === "fields" || name === "pickItems") {
    const collection = String(args[0]);
    if (!declared(api, "read", collection)) {
      throw new Error(`${name} needs "read:${collection}" in the manifest's "requires.api".`);
    }
    return name === "fields"
      ? sdk.schema.fields(collection)
      : sdk.pickItems(collection, plain((args[1] ?? {}) as Detail));
  }
  const said = (args[0] ?? {}) as Record<string, unknown>;
  if (name === "toast") {
    const kind = said.kind === "success" || said.kind === "error" ? said.kind : "info";
    toast({ kind, text: `${extension.name}: ${String(said.text)}` });
    return undefined;
  }
  if (name === "confirm") {
    return confirm({
      title: `${extension.name}: ${String(said.title)}`,
      text: String(said.text ?? ""),
      action: String(said.action),
    });
  }
  throw new Error(t("extensions.not_in_sandbox", { name }));
}

/** Begin in a frame whose page was loaded. */
function begin(frame: HTMLIFrameElement, extension: Extension, watcher: Watcher): Sandbox {
  const { port1: port, port2 } = new MessageChannel();
  const waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  let count = 0;
  let settle: { resolve: () => void; reject: (error: Error) => void } | undefined;
  const ready = limited(
    new Promise<void>((resolve, reject) => {
      settle = { resolve, reject };
    }),
  );
  ready.catch((error: Error) => watcher.onFailed?.(error));
  port.onmessage = ({ data }: MessageEvent) => {
    if (data?.type === "ready") settle?.resolve();
    else if (data?.type === "failed") {
      const error = new Error(String(data.message));
      settle?.reject(error);
      watcher.onFailed?.(error);
    } else if (data?.type === "event") watcher.onEvent?.(String(data.name), (data.detail ?? {}) as Detail);
    else if (data?.type === "size") watcher.onHeight?.(Number(data.height) || 0);
    else if (data?.type === "handled") {
      const one = waiting.get(data.id);
      waiting.delete(data.id);
      if (data.error === undefined) one?.resolve();
      else one?.reject(new Error(String(data.error)));
    } else if (data?.type === "call") {
      answer(extension, String(data.name), Array.isArray(data.args) ? data.args : []).then(
        (value) => port.postMessage({ type: "answer", id: data.id, value }),
        (error: unknown) =>
          port.postMessage({
            type: "answer",
            id: data.id,
            error: error instanceof Error ? error.message : String(error),
          }),
      );
    }
  };
  const stop = followTokens((now) => port.postMessage({ type: "tokens", tokens: now, scheme: scheme() }));
  void (async () => {
    const messages = await messagesOf(extension).catch(() => ({}));
    const entry = new URL(extension.base + extension.entry, document.baseURI).href;
    const { element } = watcher;
    const start = {
      type: "satchel:begin",
      entry,
      element,
      locale: locale(),
      direction: direction(),
      tokens: tokens(),
      messages,
    };
    // the page around the sandbox is the studio's own and has one frame in it, whose origin nobody can name
    (frame.contentWindow?.frames[0] as Window | undefined)?.postMessage(start, "*", [port2]);
  })();
  return {
    ready,
    set: (properties) => port.postMessage({ type: "set", properties: plain(properties) }),
    handle: (name, context) =>
      new Promise((resolve, reject) => {
        count += 1;
        waiting.set(count, { resolve, reject });
        port.postMessage({ type: "handle", id: count, name, context: plain(context) });
      }),
    close: () => {
      stop();
      port.close();
    },
  };
}

/** Functions and live objects stay here. */
const plain = (value: Detail): Detail => JSON.parse(JSON.stringify(value)) as Detail;

/** Run a handler in a sandbox that nobody sees. Rejects with what went wrong. */
export async function handleInSandbox(extension: Extension, name: string, context: Detail): Promise<void> {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  frame.src = address(extension);
  const loaded = new Promise<void>((resolve) => frame.addEventListener("load", () => resolve(), { once: true }));
  document.body.append(frame);
  let sandbox: Sandbox | undefined;
  try {
    await loaded;
    sandbox = begin(frame, extension, {});
    await sandbox.ready;
    await sandbox.handle(name, context);
  } finally {
    sandbox?.close();
    frame.remove();
  }
}

export interface SandboxedProps {
  extension: Extension;
  element: string;
  title: string;
  properties: Detail;
  events: Record<string, (detail: Detail) => void>;
  onFailed: (error: Error) => void;
  /** Takes the room there is; else it is as high as what it draws. */
  fill?: boolean;
  className?: string;
}

export default function Sandboxed({
  extension,
  element,
  title,
  properties,
  events,
  onFailed,
  fill,
  className,
}: SandboxedProps) {
  const frame = useRef<HTMLIFrameElement>(null);
  const sandbox = useRef<Sandbox | null>(null);
  const latest = useRef({ properties, events, onFailed });
  latest.current = { properties, events, onFailed };
  useEffect(() => () => sandbox.current?.close(), []);
  useEffect(() => {
    sandbox.current?.set(properties);
  });
  const start = () => {
    if (!frame.current) return;
    sandbox.current?.close();
    sandbox.current = begin(frame.current, extension, {
      element,
      onEvent: (name, detail) => latest.current.events[name]?.(detail),
      onFailed: (error) => latest.current.onFailed(error),
      onHeight: (height) => {
        if (!fill && frame.current) frame.current.style.height = `${Math.min(2000, Math.max(24, Math.ceil(height)))}px`;
      },
    });
    sandbox.current.set(latest.current.properties);
  };
  return (
    <iframe
      ref={frame}
      title={title}
      src={address(extension)}
      onLoad={start}
      className={cx("block w-full border-0", fill ? "h-full min-h-0 flex-1" : "h-16", className)}
    />
  );
}
