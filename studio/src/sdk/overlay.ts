/**
 * A surface above the page, at an element of an extension: a menu, a picker. It is drawn in the browser's top layer, so
 * nothing cuts it off, and stands in the page where the extension does, so a dialog around it stays its surroundings.
 *
 * Built as `sdk/overlay-1.js`, for the studio and for sandboxes.
 */

export interface Overlay {
  close: () => void;
  /** Settles once it is closed, however that came. */
  closed: Promise<void>;
}

const GAP = 4;
const EDGE = 8;
const LOOK = `position:fixed;inset:auto;margin:0;padding:8px;overflow:auto;max-width:calc(100vw - ${2 * EDGE}px);
  box-sizing:border-box;border:1px solid var(--st-line);border-radius:var(--st-radius-card);
  background:var(--st-raised);color:var(--st-fg);box-shadow:var(--st-shadow-overlay);
  font:14px/20px var(--st-font);text-align:start;white-space:normal;cursor:auto`;
const NATIVE = ":is(button, input, select, textarea):not(:disabled)";
const FOCUSABLE = `a[href], ${NATIVE}, [tabindex]:not([tabindex="-1"]), :is(st-button, st-input, st-select):not([disabled])`;

const open = new WeakMap<HTMLElement, Overlay>();

/**
 * Show `content` at `anchor` until the person presses Escape, presses or goes elsewhere, or `close()` is called. The
 * focus goes into it, and back. Called again for an anchor whose overlay is open, it closes that one: a button needs no
 * more. `label`: what it is, for screen readers.
 */
export function overlay(anchor: HTMLElement, content: Node, { label = "" }: { label?: string } = {}): Overlay {
  const shown = open.get(anchor);
  if (shown) {
    shown.close();
    return shown;
  }
  const box = document.createElement("div");
  box.popover = "manual";
  box.tabIndex = -1;
  box.style.cssText = LOOK;
  box.setAttribute("role", "dialog");
  if (label) box.setAttribute("aria-label", label);
  box.append(content);
  placeOf(anchor).append(box);
  box.showPopover();

  const place = () => {
    if (!anchor.isConnected) return close();
    const at = anchor.getBoundingClientRect();
    const { innerWidth, innerHeight } = window;
    const below = innerHeight - at.bottom - GAP - EDGE;
    const above = at.top - GAP - EDGE;
    box.style.maxHeight = `${Math.max(below, above)}px`;
    const { width, height } = box.getBoundingClientRect();
    const top = height <= below || below >= above ? at.bottom + GAP : at.top - GAP - height;
    const left = getComputedStyle(anchor).direction === "rtl" ? at.right - width : at.left;
    box.style.top = `${top}px`;
    box.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`;
  };
  const inside = (event: Event) => [box, anchor].some((one) => event.composedPath().includes(one));
  const elsewhere = (event: Event) => {
    if (!inside(event)) close();
  };

  const before = focused();
  const ended = new AbortController();
  const { signal } = ended;
  let settle = () => {};
  const closed = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const close = () => {
    if (signal.aborted) return;
    const had = box.matches(":focus-within");
    ended.abort();
    open.delete(anchor);
    box.remove();
    if (had) before?.focus();
    settle();
  };
  addEventListener("pointerdown", elsewhere, { signal, capture: true });
  addEventListener("focusin", elsewhere, { signal });
  addEventListener("scroll", place, { signal, capture: true });
  addEventListener("resize", place, { signal });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    // only this goes: what lies below has its own Escape
    event.stopPropagation();
    event.preventDefault();
    close();
  });
  place();
  (box.querySelector<HTMLElement>(FOCUSABLE) ?? box).focus();
  const made = { close, closed };
  open.set(anchor, made);
  return made;
}

/** Where it stands: in the dialog or the place of the extension that the anchor is in, so that it is not inert there. */
function placeOf(anchor: Node): Element {
  for (let at: Node | null = anchor; at; at = at.parentNode ?? (at as ShadowRoot).host ?? null) {
    if (at instanceof Element && at.matches("dialog[open], st-dialog[open], [data-control]")) return at;
  }
  return document.body;
}

function focused(): HTMLElement | null {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at instanceof HTMLElement ? at : null;
}
