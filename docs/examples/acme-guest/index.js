// An extension that runs in a sandbox: it sees neither the session nor the page, and asks only for what it declares.
import { api, t } from "@satchel/studio";

const WORDS = {
  places: { en: "places", de: "Orte", ar: "أماكن" },
  refused: { en: "Not for guests:", de: "Nichts für Gäste:", ar: "ليس للضيوف:" },
};

class Guest extends HTMLElement {
  connectedCallback() {
    this.style.cssText = "display:block;padding:24px";
    void this.#show();
  }

  async #show() {
    const title = document.createElement("h1");
    title.style.cssText = "margin:0 0 8px;font-size:18px";
    const note = document.createElement("p");
    const [{ count }] = await api.get("/items/places", { aggregate: { count: "*" } });
    title.textContent = `${count} ${t(WORDS.places)}`;
    try {
      await api.get("/users/me");
    } catch (error) {
      note.textContent = `${t(WORDS.refused)} ${error.message}`;
    }
    this.replaceChildren(title, note);
  }
}

class Count extends HTMLElement {
  set data(data) {
    this.style.cssText = "display:block;padding:0 16px;font-size:24px;line-height:40px";
    this.textContent = `${data.all?.[0]?.count ?? "–"} ${t(WORDS.places)}`;
  }
}

export default function activate() {
  customElements.define("acme-guest", Guest);
  customElements.define("acme-guest-count", Count);
}
