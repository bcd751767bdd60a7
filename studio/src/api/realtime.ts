/**
 * What others change, as it is committed: one WebSocket per tab (Directus wire, `/websocket`), opened when a page follows
 * something and closed soon after nobody does. The session's cookie says who it is, so nothing has to be said first.
 *
 * It comes back by itself, ever more slowly while the server is away, and follows again what was followed. What happened
 * meanwhile is not told by anybody: listeners get `missed` and should read anew.
 */
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { boot } from "~/boot";
import { inColumns, withKeys } from "./keys";
import { session } from "./session";
import type { Item, Key } from "./types";

export type Change =
  | { event: "create" | "update"; rows: Item[] }
  | { event: "delete"; keys: Key[] }
  /** Something may have happened that nobody told. */
  | { event: "missed" }
  /** The server doesn't tell this person about it. */
  | { event: "refused"; message: string };

export type Listener = (change: Change) => void;
/** `off`: nobody follows anything. */
export type Connection = "off" | "connecting" | "live" | "away";

interface Subscription {
  uid: string;
  collection: string;
  query: Record<string, unknown>;
  fields: unknown;
  listeners: Set<Listener>;
}

const SILENCE = 75_000; // the server speaks every 30 seconds
const PATIENCE = [500, 1_000, 2_000, 5_000, 10_000, 30_000];
const LINGER = 5_000;

interface Message {
  type?: string;
  event?: string;
  uid?: string;
  data?: unknown;
  status?: string;
  error?: { code?: string; message?: string };
}

export class Realtime {
  connection: Connection = "off";
  private socket: WebSocket | undefined;
  private readonly subscriptions = new Map<string, Subscription>();
  private readonly watchers = new Set<() => void>();
  private failures = 0;
  private count = 0;
  private lost = false;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private linger: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly address: () => string) {
    window.addEventListener("online", () => this.again());
    session.subscribe(() => (isOver() ? this.hold() : this.again()));
  }

  /** Follow a collection under a query (`fields`, `filter`, `search`). The returned function ends it. */
  subscribe(collection: string, query: Record<string, unknown>, listener: Listener): () => void {
    // rows at the beginning are nothing new
    const asked = inColumns({ fields: ["*"], ...query, limit: 1 });
    const name = JSON.stringify([collection, asked]);
    let found = this.subscriptions.get(name);
    if (!found) {
      found = { uid: String(++this.count), collection, query: asked, fields: query.fields, listeners: new Set() };
      this.subscriptions.set(name, found);
      if (this.socket?.readyState === WebSocket.OPEN) this.ask(found);
    }
    found.listeners.add(listener);
    clearTimeout(this.linger);
    if (!this.socket && !this.retry && !isOver()) this.open();
    const subscription = found;
    return () => {
      if (!subscription.listeners.delete(listener) || subscription.listeners.size) return;
      this.subscriptions.delete(name);
      this.say({ type: "unsubscribe", uid: subscription.uid });
      if (this.subscriptions.size === 0) this.linger = setTimeout(() => this.close(), LINGER);
    };
  }

  watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  private open(): void {
    clearTimeout(this.retry);
    this.retry = undefined;
    this.set("connecting");
    const socket = new WebSocket(this.address());
    this.socket = socket;
    socket.addEventListener("open", () => {
      this.failures = 0;
      this.set("live");
      this.hear();
      for (const one of this.subscriptions.values()) this.ask(one);
      if (this.lost) this.tellAll({ event: "missed" });
      this.lost = false;
    });
    socket.addEventListener("message", ({ data }) => {
      this.hear();
      this.take(JSON.parse(String(data)) as Message);
    });
    socket.addEventListener("close", () => {
      if (this.socket !== socket) return;
      clearTimeout(this.silence);
      this.socket = undefined;
      this.lost = true;
      this.set("away");
      if (this.subscriptions.size === 0) return this.set("off");
      const pause = PATIENCE[Math.min(this.failures++, PATIENCE.length - 1)] ?? 30_000;
      this.retry = setTimeout(() => this.open(), pause * (0.75 + Math.random() / 2));
    });
  }

  /** Try at once, without waiting for the next turn. */
  private again(): void {
    if (this.socket || this.subscriptions.size === 0 || isOver()) return;
    this.failures = 0;
    this.open();
  }

  /** The session has ended: what comes now would come to a guest, and what was opened belongs to the old session. */
  private hold(): void {
    clearTimeout(this.retry);
    clearTimeout(this.silence);
    this.retry = undefined;
    const socket = this.socket;
    this.socket = undefined;
    this.lost ||= socket !== undefined;
    if (this.subscriptions.size) this.set("away");
    socket?.close();
  }

  private close(): void {
    clearTimeout(this.retry);
    clearTimeout(this.silence);
    this.retry = undefined;
    const socket = this.socket;
    this.socket = undefined;
    this.lost = false;
    this.set("off");
    socket?.close();
  }

  /** The other side is there; when it is silent for long, it isn't. */
  private hear(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.socket?.close(), SILENCE);
  }

  private ask(one: Subscription): void {
    this.say({ type: "subscribe", collection: one.collection, query: one.query, uid: one.uid });
  }

  private say(message: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private take(message: Message): void {
    if (message.type === "ping") this.say({ type: "pong" });
    // a token that has ended: the next connection brings the cookie of now, if there is one
    if (message.type === "auth" && message.status === "error") {
      this.socket?.close();
      void session.look();
    }
    const found = [...this.subscriptions.values()].find((one) => one.uid === message.uid);
    if (!found) return;
    if (message.type === "subscribe" && message.status === "error") {
      tell(found, { event: "refused", message: message.error?.message ?? "" });
    } else if (message.type === "subscription") {
      const rows = Array.isArray(message.data) ? message.data : message.data ? [message.data] : [];
      if (message.event === "delete") tell(found, { event: "delete", keys: rows as Key[] });
      else if (message.event === "create" || message.event === "update")
        tell(found, { event: message.event, rows: withKeys(rows as Item[], found.fields) });
    }
  }

  private tellAll(change: Change): void {
    for (const one of this.subscriptions.values()) tell(one, change);
  }

  private set(connection: Connection): void {
    if (this.connection === connection) return;
    this.connection = connection;
    for (const watcher of this.watchers) watcher();
  }
}

/** Whether the page waits for its person to sign in again. */
const isOver = (): boolean => session.phase === "ended" || session.phase === "other";

function tell(subscription: Subscription, change: Change): void {
  for (const listener of [...subscription.listeners]) listener(change);
}

let shared: Realtime | undefined;

function realtime(): Realtime {
  shared ??= new Realtime(() => {
    const address = new URL(`${boot.api}/websocket`, window.location.href);
    address.protocol = address.protocol.replace("http", "ws");
    return address.href;
  });
  return shared;
}

/** Follow a collection; see `Realtime.subscribe`. */
export const subscribe = (collection: string, query: Record<string, unknown>, listener: Listener): (() => void) =>
  realtime().subscribe(collection, query, listener);

/** Whether changes arrive now. */
export const useConnection = (): Connection =>
  useSyncExternalStore(
    (watcher) => realtime().watch(watcher),
    () => realtime().connection,
  );

/** Rows by others that wait to be shown. */
export interface News {
  count: number;
  /** They are shown now. */
  clear: () => void;
}

/**
 * Follow a collection while the component is there. Gives how many rows were created since `clear` ("12 new").
 * `query`: which rows (`filter`, `search`) and `fields`; `enabled`: false follows nothing.
 */
export function useLive(
  collection: string,
  onChange: Listener,
  { query = {}, enabled = true }: { query?: Record<string, unknown>; enabled?: boolean } = {},
): News {
  const [count, setCount] = useState(0);
  const latest = useRef(onChange);
  latest.current = onChange;
  const asked = JSON.stringify(query);
  useEffect(() => {
    setCount(0);
    if (!enabled) return;
    return subscribe(collection, JSON.parse(asked) as Record<string, unknown>, (change) => {
      if (change.event === "create") setCount((before) => before + change.rows.length);
      latest.current(change);
    });
  }, [collection, asked, enabled]);
  return { count, clear: useCallback(() => setCount(0), []) };
}
