/** Waiting for the server to open anew, on another database or another state. */
import { request } from "~/api/client";
import { bootNow } from "~/boot";
import { t } from "~/i18n/words/setup";

const PAUSE = 500;
const MOST = 60_000;

/** Ask again and again until it is so. Throws Error with a text for people when it takes too long. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + MOST; Date.now() < end; ) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    // while it opens, nobody answers, or with 503
    if (await isSo().catch(() => false)) return;
  }
  throw new Error(t("setup.too_long"));
}

/** Until the server serves the database of that address. */
export const untilServed = (address: string): Promise<void> =>
  until(async () => {
    const now = await request<{ address: string }>("GET", "/studio/api/database", { anonymous: true });
    return now.address === address;
  });

/** Until the server has somebody who can sign in. */
export const untilSetUp = (): Promise<void> => until(async () => !(await bootNow()).setupRequired);
