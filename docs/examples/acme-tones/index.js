// An extension without a build that draws with lit and with the studio's own controls, and opens an overlay and a dialog.
import { overlay, t, toast } from "@satchel/studio";
import "@satchel/studio/ui";
import { LitElement, css, html } from "lit";

const TONES = {
  warm: { en: "Warm", de: "Warm", ar: "دافئ" },
  calm: { en: "Calm", de: "Ruhig", ar: "هادئ" },
  bold: { en: "Bold", de: "Kräftig", ar: "جريء" },
};
const NONE = { en: "None", de: "Keiner", ar: "لا شيء" };
const WORDS = {
  title: { en: "Tones", de: "Töne", ar: "درجات" },
  add: { en: "Suggest a tone", de: "Ton vorschlagen", ar: "اقتراح درجة" },
  name: { en: "Name", de: "Name", ar: "الاسم" },
  like: { en: "Like", de: "Ähnlich wie", ar: "مثل" },
  note: { en: "One word is best.", de: "Am besten ein Wort.", ar: "كلمة واحدة تكفي." },
  missing: { en: "It needs a name.", de: "Ein Name fehlt.", ar: "الاسم مطلوب." },
  cancel: { en: "Cancel", de: "Abbrechen", ar: "إلغاء" },
  send: { en: "Suggest", de: "Vorschlagen", ar: "اقتراح" },
};

/** A button that says the tone, and opens a list of all. */
class Input extends LitElement {
  static shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static properties = { value: {}, field: {}, mode: {}, disabled: { type: Boolean }, readonly: { type: Boolean } };

  render() {
    const tone = t(TONES[this.value] ?? NONE);
    return html`<st-button
      icon="palette"
      label=${`${this.field?.label}: ${tone}`}
      ?disabled=${this.disabled || this.readonly}
      @click=${this.choose}
      >${tone}</st-button
    >`;
  }

  async choose(event) {
    const list = document.createElement("div");
    list.style.cssText = "display:grid;gap:4px";
    const shown = overlay(event.currentTarget, list, { label: this.field.label });
    for (const [value, text] of Object.entries({ ...TONES, "": NONE })) {
      const button = document.createElement("st-button");
      button.look = "quiet";
      button.textContent = t(text);
      button.addEventListener("click", async () => {
        (await shown).close();
        this.dispatchEvent(new CustomEvent("studio:change", { detail: { value: value || null } }));
        // in a cell of a list one choice is all
        if (this.mode === "cell") this.dispatchEvent(new CustomEvent("studio:commit"));
      });
      list.append(button);
    }
  }
}

/** A page with a dialog on it. */
class Page extends LitElement {
  static properties = { wrong: { state: true } };
  static styles = css`
    main { padding: 24px; }
    h1 { margin: 0 0 16px; font-size: 22px; line-height: 28px; }
    st-field { margin-bottom: 12px; }
  `;

  render() {
    const choices = Object.entries(TONES).map(([value, text]) => ({ value, text: t(text) }));
    return html`<main>
      <h1>${t(WORDS.title)}</h1>
      <st-button look="primary" icon="plus" @click=${() => this.dialog.show()}>${t(WORDS.add)}</st-button>
      <st-dialog label=${t(WORDS.add)}>
        <st-field label=${t(WORDS.name)} note=${t(WORDS.note)} message=${this.wrong ? t(WORDS.missing) : ""} required>
          <st-input id="name"></st-input>
        </st-field>
        <st-field label=${t(WORDS.like)}><st-select id="like" .options=${choices} .value=${"calm"}></st-select></st-field>
        <st-button slot="actions" @click=${() => this.dialog.close()}>${t(WORDS.cancel)}</st-button>
        <st-button slot="actions" look="primary" @click=${this.send}>${t(WORDS.send)}</st-button>
      </st-dialog>
    </main>`;
  }

  get dialog() {
    return this.renderRoot.querySelector("st-dialog");
  }

  send() {
    const [name, like] = ["#name", "#like"].map((one) => this.renderRoot.querySelector(one).value);
    this.wrong = name.trim() === "";
    if (this.wrong) return;
    this.dialog.close();
    toast({ kind: "success", text: `${name} ~ ${t(TONES[like])}` });
  }
}

export default function activate() {
  customElements.define("acme-tones-input", Input);
  customElements.define("acme-tones-page", Page);
}
