/**
 * What extensions import as `@satchel/studio/ui`, version 1: controls that look and behave as the studio's own, as custom
 * elements. Each says its own name (`label`), takes its colours from the tokens, and is as large as a finger where one
 * points with fingers. Only additions within a version.
 *
 * Built as `sdk/ui-1.js`, for the studio and for sandboxes; nobody loads it who does not import it.
 */
interface Studio {
  t: (text: Record<string, string>) => string;
  icon: (name: string) => Promise<string>;
}

const studio = () => (globalThis as unknown as Record<symbol, Studio>)[Symbol.for("satchel.studio.v1")] as Studio;

const CLOSE = { en: "Close", de: "Schließen", ar: "إغلاق" };
const SHAPE = `
  box-sizing: border-box; min-height: var(--st-control); border: 1px solid var(--st-line-strong);
  border-radius: var(--st-radius-control); background: var(--st-surface); color: var(--st-fg); font: inherit;`;
const BASE = `
  :host { font: 14px/20px var(--st-font); color: var(--st-fg); }
  :host([hidden]) { display: none; }
  :focus-visible { outline: 2px solid var(--st-accent); outline-offset: 2px; }
  @media (pointer: coarse) { button, input, select { min-height: 44px; min-width: 44px; } }`;

/** An element with a shadow of its own: drawn once, and updated whenever something of it changes. */
abstract class Part extends HTMLElement {
  protected readonly root = this.attachShadow({ mode: "open", delegatesFocus: true });

  protected draw(style: string, html: string): void {
    this.root.innerHTML = `<style>${BASE}${style}</style>${html}`;
  }

  protected find<Found extends HTMLElement = HTMLElement>(selector: string): Found {
    return this.root.querySelector(selector) as Found;
  }

  protected text(name: string): string {
    return this.getAttribute(name) ?? "";
  }

  abstract update(): void;

  connectedCallback(): void {
    this.update();
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.update();
  }
}

/** Properties that are attributes, too. */
function reflect(type: { prototype: object }, texts: readonly string[], flags: readonly string[]): void {
  for (const name of texts) {
    Object.defineProperty(type.prototype, name, {
      get(this: HTMLElement) {
        return this.getAttribute(name) ?? "";
      },
      set(this: HTMLElement, value: unknown) {
        if (value === null || value === undefined) this.removeAttribute(name);
        else this.setAttribute(name, String(value));
      },
    });
  }
  for (const name of flags) {
    Object.defineProperty(type.prototype, name, {
      get(this: HTMLElement) {
        return this.hasAttribute(name);
      },
      set(this: HTMLElement, value: unknown) {
        this.toggleAttribute(name, Boolean(value));
      },
    });
  }
}

function put(target: HTMLElement, name: string, value: string): void {
  if (value) target.setAttribute(name, value);
  else target.removeAttribute(name);
}

/** `look`: primary, secondary, quiet or danger; `icon`: a Lucide icon's name; `label`: its name where it has no text. */
class StButton extends Part {
  static observedAttributes = ["label", "icon", "look", "disabled", "pressed"];

  constructor() {
    super();
    this.draw(
      `:host { display: inline-block; }
      button { ${SHAPE} display: inline-flex; align-items: center; justify-content: center; gap: 6px; width: 100%;
        min-width: var(--st-control); padding: 0 12px; font-weight: 500; white-space: nowrap; }
      button:hover { background: var(--st-sunken); }
      button:disabled { opacity: 0.5; }
      :host([look="primary"]) button { border-color: transparent; background: var(--st-accent); color: var(--st-on-accent); }
      :host([look="primary"]) button:hover:enabled { background: var(--st-accent-strong); }
      :host([look="danger"]) button { border-color: transparent; background: var(--st-danger); color: var(--st-on-danger); }
      :host([look="quiet"]) button { border-color: transparent; background: transparent; }
      :host([look="quiet"]) button:hover { background: var(--st-hover); }
      button[aria-pressed="true"] { border-color: var(--st-accent); background: var(--st-selected); }
      @media (forced-colors: active) { button, :host([look]) button { border-color: ButtonBorder; } }`,
      `<button type="button"><st-icon hidden></st-icon><slot></slot></button>`,
    );
  }

  update(): void {
    const button = this.find<HTMLButtonElement>("button");
    button.disabled = this.hasAttribute("disabled");
    put(button, "aria-label", this.text("label"));
    if (this.hasAttribute("pressed")) button.ariaPressed = String(this.text("pressed") !== "false");
    else button.ariaPressed = null;
    const icon = this.find("st-icon");
    icon.hidden = !this.text("icon");
    put(icon, "name", this.text("icon"));
  }
}
reflect(StButton, ["label", "icon", "look"], ["disabled"]);

/** `name`: a Lucide icon; `label`: what it says, where it says something that stands nowhere else. */
class StIcon extends Part {
  static observedAttributes = ["name", "label"];

  constructor() {
    super();
    this.draw(
      `:host { display: inline-flex; flex-shrink: 0; } svg { width: 16px; height: 16px; }`,
      `<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round"
        stroke-linejoin="round"></svg>`,
    );
  }

  update(): void {
    const svg = this.root.querySelector("svg") as SVGElement;
    svg.ariaLabel = this.text("label") || null;
    svg.setAttribute("role", this.text("label") ? "img" : "presentation");
    svg.ariaHidden = this.text("label") ? null : "true";
    const name = this.text("name");
    if (!name) return;
    studio()
      .icon(name)
      .then((markup) => {
        if (this.text("name") === name) svg.innerHTML = markup;
      })
      .catch(() => {}); // a page without its icon is better than none
  }
}
reflect(StIcon, ["name", "label"], []);

/** What text boxes and choices share: a native control inside, named and described from outside. */
abstract class Control<Native extends HTMLInputElement | HTMLSelectElement> extends Part {
  protected readonly native: Native;

  constructor(style: string, html: string) {
    super();
    this.draw(
      `:host { display: block; }
      [part="control"] { ${SHAPE} width: 100%; padding: 0 10px; }
      [part="control"]:disabled, [part="control"]:read-only:is(input) { background: var(--st-sunken); }
      [part="control"]:disabled { color: var(--st-fg-2); }
      [part="control"][aria-invalid="true"] { border-color: var(--st-danger); }
      ::placeholder { color: var(--st-fg-3); opacity: 1; } ${style}`,
      html,
    );
    this.native = this.find("[part=control]");
    // the browser keeps this one inside
    this.native.addEventListener("change", () => this.dispatchEvent(new Event("change", { bubbles: true })));
  }

  get value(): string {
    return this.native.value;
  }

  set value(value: unknown) {
    const text = value === null || value === undefined ? "" : String(value);
    // else the caret would jump while it is typed in
    if (this.native.value !== text) this.native.value = text;
  }

  update(): void {
    const { native } = this;
    native.disabled = this.hasAttribute("disabled");
    native.required = this.hasAttribute("required");
    put(native, "aria-label", this.text("label"));
    put(native, "aria-description", this.text("description"));
    put(native, "aria-invalid", this.hasAttribute("invalid") ? "true" : "");
  }
}

/** `type`: as of a native input. Sends `input` and `change`. */
class StInput extends Control<HTMLInputElement> {
  static observedAttributes = [
    ..."label description disabled required invalid".split(" "),
    ..."value type placeholder readonly".split(" "),
  ];

  constructor() {
    super("", `<input part="control" dir="auto">`);
  }

  override update(): void {
    super.update();
    this.native.readOnly = this.hasAttribute("readonly");
    this.native.placeholder = this.text("placeholder");
    this.native.type = this.text("type") || "text";
  }

  override attributeChangedCallback(name?: string): void {
    if (name === "value") this.value = this.text("value");
    super.attributeChangedCallback();
  }
}
reflect(StInput, ["label", "description", "placeholder", "type"], ["disabled", "readonly", "required", "invalid"]);

interface Choice {
  value: string;
  text: string;
}

/** `options`: what there is to choose, as `{value, text}`. Sends `input` and `change`. */
class StSelect extends Control<HTMLSelectElement> {
  static observedAttributes = "label description disabled required invalid".split(" ");
  #options: readonly Choice[] = [];
  #wanted = "";

  constructor() {
    super("", `<select part="control"></select>`);
    this.native.addEventListener("input", () => {
      this.#wanted = this.native.value;
    });
  }

  get options(): readonly Choice[] {
    return this.#options;
  }

  set options(options: readonly Choice[]) {
    this.#options = options;
    this.native.replaceChildren(...options.map(({ value, text }) => new Option(text, value)));
    this.native.value = this.#wanted;
  }

  override get value(): string {
    return this.#wanted;
  }

  // the options may come later
  override set value(value: unknown) {
    this.#wanted = value === null || value === undefined ? "" : String(value);
    this.native.value = this.#wanted;
  }
}
reflect(StSelect, ["label", "description"], ["disabled", "required", "invalid"]);

/** A label, a note and a message around a control, which it names. `message`: what is wrong. */
class StField extends Part {
  static observedAttributes = ["label", "note", "message", "required"];

  constructor() {
    super();
    this.draw(
      `:host { display: flex; flex-direction: column; gap: 4px; min-width: 0; }
      [part="label"] { font-size: 13px; line-height: 18px; font-weight: 500; }
      [part="note"], [part="message"] { margin: 0; font-size: 12px; line-height: 16px; color: var(--st-fg-3); }
      [part="message"], i { color: var(--st-danger-fg); font-style: normal; }`,
      `<span part="label"><span></span><i aria-hidden="true" hidden> *</i></span><slot></slot>
      <p part="note" aria-hidden="true"></p><p part="message" role="alert"></p>`,
    );
    this.root.addEventListener("slotchange", () => this.update());
    this.find("[part=label]").addEventListener("click", () => this.control?.focus());
  }

  /** What it stands around. */
  get control(): HTMLElement | null {
    return this.querySelector("st-input, st-select, input, select, textarea, button");
  }

  update(): void {
    const [label, note, message] = ["label", "note", "message"].map((name) => this.text(name)) as [
      string,
      string,
      string,
    ];
    this.find("[part=label] span").textContent = label;
    this.find("i").hidden = !this.hasAttribute("required");
    for (const [name, text] of [
      ["note", note],
      ["message", message],
    ] as const) {
      const line = this.find(`[part=${name}]`);
      line.hidden = !text;
      if (line.textContent !== text) line.textContent = text;
    }
    const { control } = this;
    if (!control) return;
    // ids don't reach across shadows
    const native = !control.localName.startsWith("st-");
    put(control, native ? "aria-label" : "label", label);
    put(control, native ? "aria-description" : "description", [note, message].filter(Boolean).join(" "));
    put(control, native ? "aria-invalid" : "invalid", message && "true");
    control.toggleAttribute("required", this.hasAttribute("required"));
  }
}
reflect(StField, ["label", "note", "message"], ["required"]);

/** `show()` and `close()`, or `open`; buttons stand in `slot="actions"`. Sends `close`. */
class StDialog extends Part {
  static observedAttributes = ["label", "open"];
  readonly #dialog: HTMLDialogElement;

  constructor() {
    super();
    this.draw(
      `dialog { box-sizing: border-box; width: min(36rem, calc(100vw - 32px)); max-height: calc(100dvh - 32px); padding: 0;
        border: 1px solid var(--st-line); border-radius: var(--st-radius-dialog); background: var(--st-raised);
        color: var(--st-fg); box-shadow: var(--st-shadow-overlay); }
      dialog[open] { display: flex; flex-direction: column; }
      dialog::backdrop { background: var(--st-backdrop, rgb(0 0 0 / 40%)); }
      header { display: flex; align-items: center; gap: 8px; padding: 16px 20px 8px; }
      h2 { flex: 1; min-width: 0; margin: 0; font-size: 18px; line-height: 24px; font-weight: 600; }
      main { flex: 1; min-height: 0; overflow: auto; padding: 8px 20px; }
      footer { display: flex; flex-wrap: wrap; justify-content: end; gap: 8px; padding: 8px 20px 16px; }`,
      `<dialog aria-labelledby="title"><header><h2 id="title"></h2><st-button look="quiet" icon="x"></st-button></header>
      <main part="body"><slot></slot></main><footer><slot name="actions"></slot></footer></dialog>`,
    );
    this.#dialog = this.find("dialog");
    this.find("st-button").addEventListener("click", () => this.close());
    this.#dialog.addEventListener("close", () => {
      this.removeAttribute("open");
      this.dispatchEvent(new Event("close"));
    });
    this.#dialog.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      // only this goes: what lies below has its own Escape
      event.stopPropagation();
      event.preventDefault();
      this.close();
    });
  }

  show(): void {
    this.setAttribute("open", "");
  }

  close(): void {
    this.removeAttribute("open");
  }

  update(): void {
    this.find("h2").textContent = this.text("label");
    put(this.find("st-button"), "label", studio().t(CLOSE));
    if (this.hasAttribute("open") === this.#dialog.open) return;
    if (this.#dialog.open) this.#dialog.close();
    else this.#dialog.showModal();
  }
}
reflect(StDialog, ["label"], ["open"]);

const ELEMENTS = {
  "st-icon": StIcon,
  "st-button": StButton,
  "st-input": StInput,
  "st-select": StSelect,
  "st-field": StField,
  "st-dialog": StDialog,
};
for (const [name, element] of Object.entries(ELEMENTS))
  customElements.get(name) ?? customElements.define(name, element);
