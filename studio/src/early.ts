/** The script in the page: asks for what the page begins with, while the studio's code is still on its way. */
import { headersOf, url } from "./api/address";
import { firstAsks, rememberedAsks } from "./api/first";
import { boot } from "./boot";

/** Megabits a second. */
const SLOW_LINE = 3;

if (boot.session && !boot.setupRequired) {
  const answers: typeof window.satchelEarly = new Map();
  const asks = firstAsks(location.pathname.slice(boot.mount.length));
  for (const address of [...asks.map(([path, query]) => url(path, query)), ...rememberedAsks()]) {
    const answer = fetch(address, { headers: headersOf(false), credentials: "same-origin" });
    const whole = answer.then(async (response) => ({ response, text: await response.text() }));
    whole.catch(() => undefined); // whoever takes it asks again
    answers.set(address, whole);
  }
  window.satchelEarly = answers;
}

// on a slow line the code comes first, and the font with the first text: it is for the next page then
const line = (navigator as { connection?: { downlink?: number } }).connection;
const font = document.querySelector<HTMLLinkElement>("link[data-font]");
if (font && !(line?.downlink && line.downlink < SLOW_LINE)) font.rel = "preload";
