// Runs inside the sandbox of an extension that is not trusted. All that it can do goes through one port to the studio,
// which answers what the extension's manifest declares, and nothing else.
const LATE = 5000;
const EVENTS = [
  "studio:change",
  "studio:set-field",
  "studio:validity",
  "studio:commit",
  "studio:open",
  "studio:variable",
  "studio:title",
  "studio:dirty",
  "studio:toast",
  "studio:navigate",
];

addEventListener("message", (event) => {
  if (event.source === parent.parent && event.data?.type === "satchel:begin" && event.ports[0]) begin(event.data, event.ports[0]);
});

// a link has nowhere to lead to from here; one to a place in the page leads to it
addEventListener(
  "click",
  (event) => {
    const link = event.composedPath().find((one) => one instanceof HTMLAnchorElement && one.hasAttribute("href"));
    if (!link) return;
    event.preventDefault();
    const name = link.getAttribute("href");
    if (name.length > 1 && name.startsWith("#")) link.getRootNode().getElementById(name.slice(1))?.scrollIntoView();
  },
  true,
);

function begin({ entry, element, locale, direction, tokens, messages }, port) {
  let worn = tokens;
  const followers = new Set();
  const refused = (name) => async () => {
    throw new Error(`${name} is not open to extensions in a sandbox.`);
  };
  let count = 0;
  const waiting = new Map();
  const tell = (message) => port.postMessage(message);
  const call = (name, ...args) =>
    new Promise((resolve, reject) => {
      count += 1;
      waiting.set(count, { resolve, reject });
      tell({ type: "call", id: count, name, args });
    });
  const root = document.documentElement;
  root.lang = locale;
  root.dir = direction;
  for (const [name, value] of Object.entries(tokens)) root.style.setProperty(name, value);

  const text = (one) =>
    typeof one === "string" ? (messages[one] ?? one) : (one?.[locale] ?? one?.en ?? Object.values(one ?? {})[0] ?? "");
  const date = (value, options) => new Intl.DateTimeFormat(locale, options).format(new Date(value));
  const studio = {
    version: 1,
    api: {
      get: (path, query) => call("api", "GET", path, { query }),
      post: (path, body, query) => call("api", "POST", path, { body, query }),
      patch: (path, body, query) => call("api", "PATCH", path, { body, query }),
      remove: (path, body) => call("api", "DELETE", path, { body }),
      request: (method, path, options) => call("api", method, path, options),
    },
    navigate: (path) => call("navigate", path),
    openItem: (collection, id) => call("openItem", collection, id),
    toast: (message) => void call("toast", message),
    confirm: (question) => call("confirm", question),
    pickItems: (collection, options) => call("pickItems", collection, options),
    pickFile: async (options) =>
      (await call("pickItems", "directus_files", { ...options, multiple: false }))?.[0] ?? null,
    schema: {
      collections: () => call("collections"),
      fields: (collection) => call("fields", collection),
      relations: refused("schema.relations"),
    },
    commands: { run: refused("commands.run") },
    tokens: {
      get: () => ({ ...worn }),
      subscribe(follower) {
        followers.add(follower);
        return () => followers.delete(follower);
      },
    },
    t: text,
    format: {
      number: (value, options) => new Intl.NumberFormat(locale, options).format(value),
      date: (value, options = { dateStyle: "medium" }) => date(value, options),
      dateTime: (value) => date(value, { dateStyle: "medium", timeStyle: "short" }),
      relative: (value) => date(value, { dateStyle: "medium", timeStyle: "short" }),
      bytes: (value) => new Intl.NumberFormat(locale, { style: "unit", unit: "byte" }).format(value),
    },
    locale: () => locale,
    direction: () => direction,
    overlay: async (anchor, content, options) => {
      const { overlay } = await import("./overlay-1.js");
      const shown = overlay(anchor, content, options);
      const box = content.parentElement;
      // the frame makes room for it
      if (box) tell({ type: "size", height: anchor.getBoundingClientRect().bottom + box.scrollHeight + 16 });
      shown.closed.then(measure);
      return shown;
    },
    icon: (name) => call("icon", name),
  };
  globalThis[Symbol.for("satchel.studio.v1")] = studio;

  let drawn = null;
  const measure = () => drawn && tell({ type: "size", height: drawn.getBoundingClientRect().height });
  let handlers = {};
  let properties = {};
  const failed = (error) => tell({ type: "failed", message: error instanceof Error ? error.message : String(error) });
  addEventListener("error", (event) => failed(event.error ?? event.message));

  port.onmessage = async ({ data }) => {
    if (data.type === "set") {
      properties = data.properties;
      try {
        if (drawn) Object.assign(drawn, properties);
      } catch (error) {
        failed(error);
      }
    } else if (data.type === "tokens") {
      worn = data.tokens;
      root.style.colorScheme = data.scheme;
      for (const [name, value] of Object.entries(worn)) root.style.setProperty(name, value);
      for (const follower of followers) follower({ ...worn });
    } else if (data.type === "answer") {
      const one = waiting.get(data.id);
      waiting.delete(data.id);
      if (data.error === undefined) one?.resolve(data.value);
      else one?.reject(new Error(data.error));
    } else if (data.type === "handle") {
      try {
        if (typeof handlers[data.name] !== "function") throw new Error(`There is no handler "${data.name}".`);
        await handlers[data.name](data.context);
        tell({ type: "handled", id: data.id });
      } catch (error) {
        tell({ type: "handled", id: data.id, error: error instanceof Error ? error.message : String(error) });
      }
    }
  };

  const start = async () => {
    const module = await import(entry);
    const result = await module.default?.(studio);
    handlers = result?.handlers ?? {};
    if (element) {
      await Promise.race([
        customElements.whenDefined(element),
        new Promise((_, reject) => setTimeout(() => reject(new Error(`It does not define ${element}.`)), LATE)),
      ]);
      drawn = document.createElement(element);
      for (const name of EVENTS) {
        drawn.addEventListener(name, (event) => tell({ type: "event", name, detail: event.detail ?? {} }));
      }
      Object.assign(drawn, properties);
      document.body.replaceChildren(drawn);
      new ResizeObserver(measure).observe(drawn);
    }
    tell({ type: "ready" });
  };
  start().catch(failed);
}
