// An extension without a build: an interface, a display, a layout, a panel and a module, as custom elements.
import { format, t } from "@satchel/studio";

const WORDS = {
  of: { en: "of", de: "von", ar: "من" },
  stars: { en: "stars", de: "Sterne", ar: "نجوم" },
  average: { en: "stars on average", de: "Sterne im Schnitt", ar: "نجوم في المتوسط" },
  title: { en: "Stars of all places", de: "Sterne aller Orte", ar: "نجوم كل الأماكن" },
  back: { en: "Back to the beginning", de: "Zurück zum Anfang", ar: "العودة إلى البداية" },
  more: { en: "About this page", de: "Über diese Seite", ar: "عن هذه الصفحة" },
  rows: { en: "items", de: "Einträge", ar: "عناصر" },
};

/** Draws again, once, after any of its properties was set. */
class Drawn extends HTMLElement {
  #pending = false;

  static properties(...names) {
    for (const name of names) {
      const kept = Symbol(name);
      Object.defineProperty(this.prototype, name, {
        get() {
          return this[kept];
        },
        set(value) {
          this[kept] = value;
          this.later();
        },
      });
    }
  }

  later() {
    if (this.#pending) return;
    this.#pending = true;
    queueMicrotask(() => {
      this.#pending = false;
      if (this.isConnected) this.draw();
    });
  }

  connectedCallback() {
    this.later();
  }
}

class StarsInput extends Drawn {
  static {
    this.properties("value", "field", "options", "mode", "disabled", "readonly");
  }

  draw() {
    const max = this.options?.max ?? 5;
    const fixed = this.disabled || this.readonly;
    const focused = [...this.children].indexOf(document.activeElement);
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", this.field.label);
    // a cell of a list is small
    const size = this.mode === "cell" ? "font-size:16px;line-height:28px;min-width:24px" : "font-size:24px;line-height:32px;min-width:32px";
    this.style.cssText = `display:flex;gap:${this.mode === "cell" ? 0 : 4}px`;
    this.replaceChildren(
      ...Array.from({ length: max }, (_, at) => {
        const button = document.createElement("button");
        const on = at < (this.value ?? 0);
        button.type = "button";
        button.disabled = fixed;
        button.textContent = on ? "★" : "☆";
        button.setAttribute("aria-label", `${at + 1} ${t(WORDS.of)} ${max} ${t(WORDS.stars)}`);
        button.setAttribute("aria-pressed", String(at + 1 === this.value));
        // colours come from the studio's tokens, so dark mode and high contrast just work
        button.style.cssText = `${size};color:var(${on ? "--st-accent" : "--st-fg-2"})`;
        button.addEventListener("click", () => {
          const value = at + 1 === this.value ? null : at + 1;
          this.dispatchEvent(new CustomEvent("studio:change", { detail: { value } }));
          // in a cell of a list one press is all
          if (this.mode === "cell") this.dispatchEvent(new CustomEvent("studio:commit"));
        });
        return button;
      }),
    );
    if (focused >= 0) this.children[focused]?.focus();
  }
}

class StarsDisplay extends Drawn {
  static {
    this.properties("value");
  }

  draw() {
    const count = Math.max(0, Math.min(10, Number(this.value) || 0));
    this.setAttribute("role", "img");
    this.setAttribute("aria-label", `${format.number(count)} ${t(WORDS.stars)}`);
    this.textContent = "★".repeat(count);
  }
}

class Lines extends Drawn {
  #stop = () => {};

  static {
    this.properties("source", "fields");
  }

  connectedCallback() {
    super.connectedCallback();
    this.#stop = this.source.subscribe(() => this.later());
  }

  disconnectedCallback() {
    this.#stop();
  }

  draw() {
    const count = Math.min(this.source.count() ?? 0, 100);
    const list = document.createElement("ul");
    list.style.cssText = "padding:16px 24px";
    const total = document.createElement("li");
    total.textContent = `${format.number(this.source.count() ?? 0)} ${t(WORDS.rows)}`;
    list.append(total);
    for (const row of this.source.rows(0, count)) {
      const line = document.createElement("li");
      line.textContent = row ? this.fields.map((field) => row[field]).filter((one) => one != null).join(" · ") : "…";
      list.append(line);
    }
    this.replaceChildren(list);
  }
}

class Average extends Drawn {
  static {
    this.properties("data");
  }

  draw() {
    // the studio asked for it, as the manifest's "queries" say
    const [row] = this.data.stars ?? [];
    const [average] = Object.values(row?.avg ?? {});
    const text = document.createElement("p");
    text.style.cssText = "margin:0;padding:0 16px;font-size:24px;line-height:32px";
    text.textContent = `${average == null ? "–" : format.number(Number(average), { maximumFractionDigits: 1 })} ${t(WORDS.average)}`;
    this.replaceChildren(text);
  }
}

class Overview extends Drawn {
  static {
    this.properties("route", "navigate", "user");
  }

  draw() {
    const about = this.route.path === "/about";
    const title = document.createElement("h1");
    title.textContent = t(about ? WORDS.more : WORDS.title);
    title.style.cssText = "font-size:18px;font-weight:600";
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = t(about ? WORDS.back : WORDS.more);
    button.style.cssText = "min-height:32px;padding:0 12px;border:1px solid var(--st-line-strong);border-radius:6px";
    button.addEventListener("click", () => this.navigate(about ? "" : "about"));
    this.style.cssText = "display:flex;flex-direction:column;gap:16px;align-items:start;padding:24px";
    this.replaceChildren(title, button);
    this.dispatchEvent(new CustomEvent("studio:title", { detail: { title: title.textContent } }));
  }
}

export default function activate() {
  customElements.define("acme-stars-input", StarsInput);
  customElements.define("acme-stars-display", StarsDisplay);
  customElements.define("acme-lines", Lines);
  customElements.define("acme-average", Average);
  customElements.define("acme-overview", Overview);
}
