/**
 * What the server wrote into the page: where the studio is mounted, and all that log-in needs, so that it is painted
 * without a request. During development there is none, and the defaults hold.
 */
export interface Boot {
  /** Path of the studio, with a slash at both ends. */
  mount: string;
  /** Path that the API's paths are appended to, without a slash at its end. */
  api: string;
  version: string;
  /** Names the build; another one in an answer means that the server has been updated. */
  build: string;
  setupRequired: boolean;
  /** Whether the browser came with the cookie of a session, good or not. */
  session: boolean;
  locale: string | null;
  theme: "auto" | "light" | "dark";
  branding: { name: string; color: string | null; logo: string | null };
  /** Identity providers of users, by the name that `/auth/login/NAME` takes. */
  providers: { name: string; driver: string; label: string | null; icon: string | null }[];
  /** Whether e-mail and password are no way in, only the providers. */
  disableDefault: boolean;
  /** Whether people may have passkeys. */
  passkeys: boolean;
  /** What a new project may begin with, beside nothing. */
  samples: string[];
  /** Whether a database can be connected; not where the program was started with one. */
  connectable: boolean;
  /** Whether there are extensions to ask for. */
  extensions: boolean;
  /** Whether strangers may register. */
  registration: boolean;
  /** Without extensions, whatever there are: `?safe=1`, until the tab is closed or `?safe=0`. */
  safe: boolean;
}

const DEFAULTS: Boot = {
  mount: "/studio/",
  api: "",
  version: "",
  build: "",
  setupRequired: false,
  session: true,
  locale: null,
  theme: "auto",
  branding: { name: "Satchel", color: null, logo: null },
  providers: [],
  disableDefault: false,
  passkeys: true,
  samples: [],
  connectable: false,
  extensions: false,
  registration: false,
  safe: false,
};

/** Where the page is, by its base: below any prefix, also one that a proxy takes away before the server sees it. */
function places(): Pick<Boot, "mount" | "api"> {
  const mount = new URL(".", document.baseURI).pathname;
  return { mount, api: new URL("..", document.baseURI).pathname.replace(/\/$/, "") };
}

function read(page: Document = document): Boot {
  const text = page.getElementById("satchel-boot")?.textContent;
  return { ...DEFAULTS, ...(text && { ...places(), ...(JSON.parse(text) as Partial<Boot>) }), safe: isSafe() };
}

const SAFE = "satchel.safe";

function isSafe(): boolean {
  const said = new URLSearchParams(location.search).get("safe");
  try {
    if (said !== null) sessionStorage.setItem(SAFE, said);
    return (said ?? sessionStorage.getItem(SAFE)) === "1";
  } catch {
    return said === "1";
  }
}

export const boot: Boot = read();

/** What the server would write into the page now. Throws where it does not answer with the page. */
export async function bootNow(): Promise<Boot> {
  const answer = await fetch(boot.mount, { headers: { accept: "text/html" }, cache: "no-store" });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return read(new DOMParser().parseFromString(await answer.text(), "text/html"));
}
