import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { send } from "./client";
import { session } from "./session";

type Answer = [status: number, body?: unknown];
let answers: (path: string, init: RequestInit | undefined) => Answer;
let sent: string[];

beforeEach(() => {
  sent = [];
  vi.stubGlobal("fetch", async (path: string, init?: RequestInit) => {
    sent.push(path);
    const [status, body] = answers(path, init);
    return new Response(body === undefined ? null : JSON.stringify(body), { status });
  });
  session.begin("mia");
  session.lasts(3_600_000);
});

afterEach(() => {
  session.finish();
  vi.unstubAllGlobals();
});

const settled = async (promise: Promise<unknown>) =>
  Promise.race([promise.then(() => true), new Promise((resolve) => setTimeout(() => resolve(false), 20))]);

test("requests wait while the session is over, and go on when the same person is back", async () => {
  let back = false;
  answers = (path) => {
    if (path.startsWith("/users/me")) return [200, { data: { id: "mia" } }];
    return back ? [200, { data: path }] : [401];
  };
  const first = send("GET", "/items/a");
  expect(await settled(first)).toBe(false);
  expect(session.phase).toBe("ended");
  const second = send("GET", "/items/b");
  expect(await settled(second)).toBe(false);
  expect(sent).toEqual(["/items/a"]);
  back = true;
  expect(await session.resume(3_600_000)).toBe(true);
  expect((await first).status).toBe(200);
  expect((await second).status).toBe(200);
  expect(session.phase).toBe("in");
});

test("somebody else doesn't go on with the page", async () => {
  answers = (path) => (path.startsWith("/users/me") ? [200, { data: { id: "bob" } }] : [401]);
  const first = send("GET", "/items/a");
  await settled(first);
  expect(await session.resume(3_600_000)).toBe(false);
  expect(session.phase).toBe("other");
  expect(await settled(first)).toBe(false);
  expect(await settled(send("POST", "/items/a", { body: {} }))).toBe(false);
  expect(sent).toEqual(["/items/a", "/users/me?fields=id"]);
});

test("a refusal to a guest is a session that ended; one to the person is a refusal", async () => {
  vi.useFakeTimers({ now: Date.now() + 60_000, toFake: ["Date"] });
  try {
    let who = "mia";
    answers = (path) => (path.startsWith("/users/me") ? (who ? [200, { data: { id: who } }] : [401]) : [403]);
    expect((await send("GET", "/items/a")).status).toBe(403);
    expect(session.phase).toBe("in");
    vi.setSystemTime(Date.now() + 60_000);
    who = "";
    expect(await settled(send("GET", "/items/a"))).toBe(false);
    expect(session.phase).toBe("ended");
  } finally {
    vi.useRealTimers();
  }
});

test("a session past its time is renewed before anything is sent as a guest", async () => {
  answers = (path) => (path === "/auth/refresh" ? [200, { data: { expires: 3_600_000 } }] : [200, { data: [] }]);
  session.lasts(-1);
  expect((await send("GET", "/items/a")).status).toBe(200);
  expect(sent).toEqual(["/auth/refresh", "/items/a"]);
});
