/**
 * Requests to the server, as the signed-in person: the session lies in a cookie that scripts can't read.
 *
 * Where the session has run out, a request does not fail at once: the guard (`session`, with its dialog above the page)
 * gets the person signed in again, and the request is sent once more, so that nothing on the page is lost.
 */
import { boot } from "~/boot";
import { headersOf, type QueryValue, url } from "./address";
import { earlyAnswer, forgetEarly, textOf } from "./early";
import { ApiError, problemsOf } from "./errors";
import type { Ask } from "./first";
import { bodyInColumns, withKeys } from "./keys";

export interface RequestOptions {
  query?: Record<string, QueryValue>;
  /** Sent as JSON, or as it is when it is a form or a blob. */
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** The operation that the request is a part of, where it is one of several (`newOperation`). */
  operation?: string;
  /** Leave a refusal to the caller: for log-in itself. */
  anonymous?: boolean;
}

/** Who watches over the session. */
export interface Guard {
  /** Before a request is sent: what it has to wait for. */
  before: () => Promise<unknown> | undefined;
  /** A request was refused with this status. Whether it may be sent again, as the same person. */
  refused: (status: 401 | 403) => Promise<boolean>;
}

let guard: Guard | undefined;
let updated: ((build: string) => void) | undefined;

export function setGuard(by: Guard): void {
  guard = by;
}

/** Who is told that the server has a newer studio. */
export function onUpdated(handler: (build: string) => void): void {
  updated = handler;
}

/** Send a request and give the answer, whatever its status. Throws ApiError when no answer comes. */
export async function send(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
  const { body, query, signal, anonymous, operation } = options;
  // signing in and out is the person's own
  const headers = { ...headersOf(anonymous || path.startsWith("/auth/")), ...options.headers };
  if (operation) headers["x-satchel-operation"] = operation;
  let payload: BodyInit | undefined;
  if (body instanceof FormData || body instanceof Blob || typeof body === "string") {
    payload = body;
  } else if (body !== undefined) {
    headers["content-type"] = "application/json";
    payload = JSON.stringify(bodyInColumns(body));
  }
  const plain = method === "GET" && !anonymous && !options.headers;
  if (method !== "GET" && method !== "SEARCH") forgetEarly();
  const address = url(path, query);
  for (let attempt = 0; ; attempt++) {
    let response: Response;
    if (!anonymous) await guard?.before();
    try {
      response =
        (plain && attempt === 0 && (await earlyAnswer(address))) ||
        (await fetch(address, { method, headers, body: payload, signal, credentials: "same-origin" }));
    } catch (problem) {
      if (signal?.aborted) throw problem;
      throw new ApiError(0, [{ message: String(problem), code: "OFFLINE", extensions: {} }]);
    }
    const build = response.headers.get("x-satchel-studio");
    if (build && boot.build && build !== boot.build) updated?.(build);
    const { status } = response;
    if ((status === 401 || status === 403) && !anonymous && attempt === 0 && (await guard?.refused(status))) continue;
    return response;
  }
}

/** Send a request and give the whole parsed body (undefined for 204). Throws ApiError for every other status than 2xx. */
export async function requestBody<T>(method: string, path: string, options?: RequestOptions): Promise<T> {
  const response = await send(method, path, options);
  const text = await textOf(response);
  let body: unknown;
  try {
    body = text ? JSON.parse(text) : undefined;
  } catch {
    body = text;
  }
  if (!response.ok)
    throw new ApiError(response.status, problemsOf(response.status, body), response.headers.get("x-request-id"));
  return body as T;
}

/** Send a request and give the `data` of its answer. */
export async function request<T>(method: string, path: string, options?: RequestOptions): Promise<T> {
  const data = (await requestBody<{ data: T } | undefined>(method, path, options))?.data as T;
  return withKeys(data, options?.query?.fields);
}

export const get = <T>(path: string, query?: Record<string, QueryValue>, signal?: AbortSignal) =>
  request<T>("GET", path, { query, signal });
export const read = <T>([path, query]: Ask, signal?: AbortSignal) => get<T>(path, query, signal);
export const post = <T>(path: string, body?: unknown, query?: Record<string, QueryValue>, operation?: string) =>
  request<T>("POST", path, { body, query, operation });
export const patch = <T>(path: string, body: unknown, query?: Record<string, QueryValue>, operation?: string) =>
  request<T>("PATCH", path, { body, query, operation });
export const remove = (path: string, body?: unknown) => request<void>("DELETE", path, { body });
