/** Components that are loaded later: when the page is idle, at the latest when they are drawn. */
import { type ComponentType, createElement, lazy, useState } from "react";

/** How long a page that is never idle is waited for. */
const LONGEST = 1000;

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

/**
 * Load something when the page stands. Gives what takes it back, for an effect. What can't be loaded now is loaded again,
 * and complained about, by who needs it.
 */
export function whenIdle(...all: { load: () => Promise<unknown> }[]): () => void {
  const work = () => {
    for (const one of all) void one.load().catch(() => undefined);
  };
  if (!window.requestIdleCallback) {
    const timer = setTimeout(work, LONGEST);
    return () => clearTimeout(timer);
  }
  const handle = requestIdleCallback(work, { timeout: LONGEST });
  return () => cancelIdleCallback(handle);
}
