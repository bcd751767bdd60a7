/** The script in the page: asks for what the page begins with, while the studio's code is still on its way. */
import { headersOf, url } from "./api/address";
import { firstAsks, rememberedAsks } from "./api/first";
import { boot } from "./boot";

/** Megabits a second, and milliseconds there and back: a browser that has seen little so far guesses the former low. */
const SLOW_LINE = { downlink: 3, rtt: 100 };

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
const { downlink = Number.POSITIVE_INFINITY, rtt = 0 } =
  (navigator as { connection?: { downlink?: number; rtt?: number } }).connection ?? {};
const font = document.querySelector<HTMLLinkElement>("link[data-font]");
if (font && !(downlink < SLOW_LINE.downlink && rtt > SLOW_LINE.rtt)) font.rel = "preload";
