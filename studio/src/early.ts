/** The script in the page: asks for what the page begins with, while the studio's code is still on its way. */
import { headersOf, url } from "./api/address";
import { firstAsks } from "./api/first";
import { boot } from "./boot";

if (boot.session && !boot.setupRequired) {
  const answers = new Map<string, Promise<Response>>();
  for (const [path, query] of firstAsks(location.pathname.slice(boot.mount.length))) {
    const address = url(path, query);
    const answer = fetch(address, { headers: headersOf(false), credentials: "same-origin" });
    answer.catch(() => undefined); // whoever takes it asks again
    answers.set(address, answer);
  }
  window.satchelEarly = answers;
}
