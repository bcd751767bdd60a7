import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Change, Realtime } from "./realtime";
import { session } from "./session";

class Socket extends EventTarget {
  static OPEN = 1;
  static all: Socket[] = [];
  readyState = 0;
  sent: Record<string, unknown>[] = [];
  constructor(readonly address: string) {
    super();
    Socket.all.push(this);
  }
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.readyState = 3;
    this.dispatchEvent(new Event("close"));
  }
  accept() {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }
  receive(message: unknown) {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(message) }));
  }
}

const last = () => Socket.all.at(-1) as Socket;

beforeEach(() => {
  Socket.all = [];
  vi.stubGlobal("WebSocket", Socket);
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("listeners of one query share a subscription and hear what changes", () => {
  const realtime = new Realtime(() => "ws://here/websocket");
  const heard: Change[] = [];
  const also: Change[] = [];
  realtime.subscribe("notes", { fields: ["id"] }, (change) => heard.push(change));
  realtime.subscribe("notes", { fields: ["id"] }, (change) => also.push(change));
  last().accept();
  expect(last().sent).toEqual([
    { type: "subscribe", collection: "notes", query: { fields: ["id"], limit: 1 }, uid: "1" },
  ]);
  last().receive({ type: "subscription", event: "init", data: [{ id: 1 }], uid: "1" });
  last().receive({ type: "subscription", event: "create", data: [{ id: 2 }, { id: 3 }], uid: "1" });
  last().receive({ type: "subscription", event: "delete", data: ["2"], uid: "1" });
  expect(heard).toEqual([
    { event: "create", rows: [{ id: 2 }, { id: 3 }] },
    { event: "delete", keys: ["2"] },
  ]);
  expect(also).toEqual(heard);
});

test("it answers a ping, and gives up a connection that is silent", () => {
  const realtime = new Realtime(() => "ws://here/websocket");
  realtime.subscribe("notes", {}, () => undefined);
  last().accept();
  last().receive({ type: "ping" });
  expect(last().sent.at(-1)).toEqual({ type: "pong" });
  vi.advanceTimersByTime(80_000);
  expect(Socket.all.length).toBe(2);
});

test("after a loss it comes back, follows again, and says that something may have been missed", () => {
  const realtime = new Realtime(() => "ws://here/websocket");
  const heard: Change[] = [];
  realtime.subscribe("notes", {}, (change) => heard.push(change));
  last().accept();
  last().close();
  expect(realtime.connection).toBe("away");
  vi.advanceTimersByTime(1_000);
  expect(Socket.all.length).toBe(2);
  last().close();
  vi.advanceTimersByTime(700);
  expect(Socket.all.length).toBe(2);
  vi.advanceTimersByTime(1_000);
  last().accept();
  expect(last().sent).toHaveLength(1);
  expect(heard).toEqual([{ event: "missed" }]);
});

test("it closes when nobody follows anything, and opens again when somebody does", () => {
  const realtime = new Realtime(() => "ws://here/websocket");
  const end = realtime.subscribe("notes", {}, () => undefined);
  last().accept();
  end();
  expect(last().sent.at(-1)).toEqual({ type: "unsubscribe", uid: "1" });
  vi.advanceTimersByTime(6_000);
  expect(realtime.connection).toBe("off");
  vi.advanceTimersByTime(60_000);
  expect(Socket.all.length).toBe(1);
  realtime.subscribe("notes", {}, () => undefined);
  expect(Socket.all.length).toBe(2);
});

test("while the session is over nothing is open, and the next one is the new session's", () => {
  const phase = vi.spyOn(session, "phase", "get");
  const told: (() => void)[] = [];
  vi.spyOn(session, "subscribe").mockImplementation((listener) => {
    told.push(listener);
    return () => undefined;
  });
  const change = (to: "in" | "ended") => {
    phase.mockReturnValue(to);
    for (const listener of told) listener();
  };
  const realtime = new Realtime(() => "ws://here/websocket");
  const heard: Change[] = [];
  realtime.subscribe("notes", {}, (change) => heard.push(change));
  last().accept();
  change("ended");
  expect(last().readyState).toBe(3);
  realtime.subscribe("others", {}, () => undefined);
  window.dispatchEvent(new Event("online"));
  vi.advanceTimersByTime(60_000);
  expect(Socket.all.length).toBe(1);
  change("in");
  expect(Socket.all.length).toBe(2);
  last().accept();
  expect(last().sent.map((message) => message.collection)).toEqual(["notes", "others"]);
  expect(heard).toEqual([{ event: "missed" }]);
});
