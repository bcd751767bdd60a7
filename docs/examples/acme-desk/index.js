// An extension without a build: actions, a section beside items, a command, themes, and texts in files of their own.
import { api, format, t, toast } from "@satchel/studio";

/** Beside an item: how long its title is, while it is typed. */
class Length extends HTMLElement {
  #context = null;

  set context(context) {
    this.#context = context;
    const length = String(context.values.title ?? "").length;
    this.textContent = `${format.number(length)} ${t("acme.letters")}`;
  }

  get context() {
    return this.#context;
  }
}

export default function activate() {
  customElements.define("acme-length", Length);
  return {
    handlers: {
      async shout({ collection, itemId, values }) {
        const title = String(values.title ?? "").toUpperCase();
        await api.patch(`/items/${collection}/${itemId}`, { title });
        toast({ kind: "success", text: title });
      },
      count: ({ keys }) => toast({ kind: "info", text: `${format.number(keys.length)} ${t("acme.chosen")}` }),
      hello: () => toast({ kind: "success", text: t("acme.hello") }),
    },
  };
}
