/**
 * The session of the person whose page this is: kept alive while the page is open, noticed when it ends, taken up again.
 *
 * A session that ended makes a guest of the browser: the server takes the cookie back, and later requests may even
 * succeed with what everybody may see. So from the moment that it is noticed, all requests wait until the same person
 * has signed in again. Tabs share the cookie and tell each other; when somebody else signs in in another tab, this page
 * does not go on.
 */
import { useSyncExternalStore } from "react";
import { boot } from "~/boot";
import { type Guard, setGuard } from "./client";

/** `guest`: nobody yet. `ended`: the dialog asks to sign in again. `other`: the browser is somebody else's now. */
export type Phase = "guest" | "in" | "ended" | "other";

const KEY = "satchel.session.ends";
const CHECK_PAUSE = 2_000;

class Session implements Guard {
  phase: Phase = "guest";
  /** Whether somebody may be signed in, so that it is worth asking who. */
  likely = boot.session;
  /** Id of the person whose page this is. */
  private person: string | null = null;
  private ends = Number.POSITIVE_INFINITY;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private waiting: { promise: Promise<boolean>; settle: (again: boolean) => void } | undefined;
  private renewing: Promise<void> | undefined;
  private checked = 0;
  private readonly listeners = new Set<() => void>();
  private readonly tabs = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel("satchel.session");

  constructor() {
    this.tabs?.addEventListener("message", ({ data }: MessageEvent<{ person: string | null }>) => {
      if (!this.person) return;
      if (data.person === null) void this.ask();
      else if (data.person !== this.person) this.show("other");
      else {
        this.read();
        this.goOn();
      }
    });
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** This page is that person's from now on. */
  begin(person: string): void {
    if (this.person === person) return;
    this.person = person;
    this.phase = "in";
    this.read();
    this.tabs?.postMessage({ person });
  }

  /** The server said how long the session lasts. */
  lasts(milliseconds: number): void {
    this.likely = true;
    this.ends = Date.now() + milliseconds;
    localStorage.setItem(KEY, String(this.ends));
    this.plan(milliseconds * 0.7);
  }

  /** Somebody signed in in the dialog. Whether the page may go on. */
  async resume(expires: number): Promise<boolean> {
    this.lasts(expires);
    const person = await whoIs();
    if (person === this.person) {
      this.tabs?.postMessage({ person });
      this.goOn();
      return true;
    }
    if (person) this.tabs?.postMessage({ person });
    this.show("other");
    return false;
  }

  /** The person logged out here. */
  finish(): void {
    this.likely = false;
    this.person = null;
    clearTimeout(this.timer);
    localStorage.removeItem(KEY);
    this.tabs?.postMessage({ person: null });
    this.phase = "guest";
    this.waiting?.settle(false);
    this.waiting = undefined;
    this.tell();
  }

  /** Something says that the session has ended: see whether it has. */
  async look(): Promise<void> {
    if (!this.person || this.waiting) return;
    const person = await whoIs();
    if (person === undefined || person === this.person) return;
    if (person) this.show("other");
    else void this.ask();
  }

  before(): Promise<unknown> | undefined {
    if (this.waiting) return this.waiting.promise;
    if (this.person && Date.now() > this.ends) return this.renew();
    return undefined;
  }

  async refused(status: 401 | 403): Promise<boolean> {
    if (!this.person) return false;
    if (this.waiting) return this.waiting.promise;
    if (status === 403) {
      // a guest is refused where the person wasn't: look who we are, now and then
      if (Date.now() - this.checked < CHECK_PAUSE) return false;
      this.checked = Date.now();
      const person = await whoIs();
      if (person === undefined || person === this.person) return false;
      if (person) {
        this.show("other");
        return (this.waiting as { promise: Promise<boolean> } | undefined)?.promise ?? false;
      }
    }
    return this.ask();
  }

  private ask(): Promise<boolean> {
    if (this.phase !== "other") this.show("ended");
    return this.waiting?.promise ?? Promise.resolve(false);
  }

  private goOn(): void {
    const waiting = this.waiting;
    this.waiting = undefined;
    this.phase = "in";
    this.tell();
    waiting?.settle(true);
  }

  private show(phase: "ended" | "other"): void {
    if (!this.waiting) {
      let settle: (again: boolean) => void = () => undefined;
      const promise = new Promise<boolean>((resolve) => {
        settle = resolve;
      });
      this.waiting = { promise, settle };
    }
    this.phase = phase;
    this.tell();
  }

  /** How long it lasts, as another page or log-in noted it; unknown after a log-in elsewhere, so it is asked for soon. */
  private read(): void {
    const noted = Number(localStorage.getItem(KEY));
    const left = noted - Date.now();
    if (left > 0) {
      this.ends = noted;
      this.plan(left * 0.7);
    } else {
      this.ends = Number.POSITIVE_INFINITY;
      this.plan(10_000);
    }
  }

  private plan(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.renew(), Math.min(Math.max(milliseconds, 1_000), 2 ** 31 - 1));
  }

  private renew(): Promise<void> {
    this.renewing ??= this.askForMore().finally(() => {
      this.renewing = undefined;
    });
    return this.renewing;
  }

  private async askForMore(): Promise<void> {
    if (!this.person || this.waiting) return;
    // another tab may just have done it
    const noted = Number(localStorage.getItem(KEY));
    if (noted > this.ends && noted > Date.now()) return this.read();
    try {
      const response = await fetch(`${boot.api}/auth/refresh`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ mode: "session" }),
        credentials: "same-origin",
      });
      if (response.ok) this.lasts(((await response.json()) as { data: { expires: number } }).data.expires);
      else if (response.status === 429 || response.status >= 500) this.plan(30_000);
      else void this.ask();
    } catch {
      this.plan(30_000);
    }
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

/** The id of whom the cookie belongs to; null for a guest, undefined where that can't be found out now. */
async function whoIs(): Promise<string | null | undefined> {
  try {
    const response = await fetch(`${boot.api}/users/me?fields=id`, { credentials: "same-origin" });
    if (response.status === 401 || response.status === 403) return null;
    return response.ok ? ((await response.json()) as { data: { id: string } }).data.id : undefined;
  } catch {
    return undefined;
  }
}

export const session = new Session();
setGuard(session);

export const usePhase = (): Phase => useSyncExternalStore(session.subscribe, () => session.phase);
