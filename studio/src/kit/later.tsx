/** Components that are loaded later: when the page is idle, at the latest when they are drawn. */
import { type ComponentType, createElement, lazy, useEffect, useState } from "react";

/** How long a page that never has all that it shows, or is never idle, is waited for. */
const LONGEST = 5000;
/** Where browsers don't say when they are idle. */
const SOON = 500;

export type Later<Props extends object> = ComponentType<Props> & { load: () => Promise<unknown> };

/** Like `lazy`; but once it is loaded it is drawn at once, so that what is typed next goes into it. */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): Later<Props> {
  let loaded: ComponentType<Props> | undefined;
  const ask = async () => {
    loaded ??= await load();
    return loaded;
  };
  const Lazy = lazy(async () => ({ default: (await ask()) as ComponentType<object> })) as ComponentType<Props>;
  // biome-ignore lint/correctness/noComponentHookFactories: made once for each module, as `lazy` does it
  function Either(props: Props) {
    // one that was begun stays the same, as another component would begin anew
    const [component] = useState(() => ({ of: loaded ?? Lazy }));
    return createElement(component.of, props);
  }
  return Object.assign(Either, { load: ask });
}

/** How many places of the page still wait for what they show. */
let waiting = 0;
const shown = new Set<() => void>();

/** This place waits for what it shows, or no longer: what the page does not need yet comes after it. */
export function useWaiting(waits = true): void {
  useEffect(() => {
    if (!waits) return;
    waiting++;
    return () => {
      waiting--;
      // what takes its place may wait as well
      setTimeout(tell);
    };
  }, [waits]);
}

function tell(): void {
  if (!waiting) shownNow();
}

/** Do what waits for the page without waiting any longer: somebody is to be told something. */
export function shownNow(): void {
  for (const work of shown) work();
  shown.clear();
}

/** Do something when all that the page shows is there. Gives what takes it back, for an effect. */
export function whenShown(work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const once = () => {
    shown.delete(once);
    clearTimeout(timer);
    work();
  };
  shown.add(once);
  timer = setTimeout(once, LONGEST);
  setTimeout(tell);
  return () => {
    shown.delete(once);
    clearTimeout(timer);
  };
}

/**
 * Load something when the page stands and nothing else is to do. Gives what takes it back, for an effect. What can't be
 * loaded now is loaded again, and complained about, by who needs it.
 */
export function whenIdle(...all: { load: () => Promise<unknown> }[]): () => void {
  const work = () => {
    for (const one of all) void one.load().catch(() => undefined);
  };
  let handle: number | undefined;
  const stop = whenShown(() => {
    if ("requestIdleCallback" in window) handle = requestIdleCallback(work, { timeout: LONGEST });
    else setTimeout(work, SOON);
  });
  return () => {
    stop();
    if (handle !== undefined) cancelIdleCallback(handle);
  };
}
