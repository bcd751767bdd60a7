/**
 * Tooltips: one for the whole page, which shows the text of what is pointed at or has the focus by keys. It stays while
 * it is pointed at itself, and goes by Escape.
 */
export const TIP = "data-tip";
export const KEYS = "data-tip-keys";
export const PLACE = "data-tip-place";

const DELAY = 500;
/** How soon after one tooltip the next comes without a delay. */
const WARM = 300;
const GAP = 6;
const EDGE = 4;

let tooltip: HTMLElement | undefined;
let over: HTMLElement | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let closed = 0;

/** Listen from now on, for as long as the page is there. */
export function startTips(): void {
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch" || (event.target as Node) === tooltip || tooltip?.contains(event.target as Node))
      return;
    point(tipped(event.target));
  });
  document.documentElement.addEventListener("pointerleave", () => point(null));
  document.addEventListener("focusin", ({ target }) => {
    const element = tipped(target);
    if (element?.matches(":focus-visible")) show(element);
  });
  document.addEventListener("focusout", ({ target }) => tipped(target) === over && hide());
  document.addEventListener("pointerdown", () => hide(), true);
  document.addEventListener("scroll", () => hide(), true);
  document.addEventListener(
    "keydown",
    ({ key }) => {
      if (key === "Escape" || key === "Enter" || key === " ") hide();
    },
    true,
  );
}

const tipped = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>(`[${TIP}]`) : null;

function point(element: HTMLElement | null): void {
  if (element === over) return;
  const warm = tooltip?.isConnected || Date.now() - closed < WARM;
  hide();
  over = element;
  if (element) timer = setTimeout(() => over === element && show(element), warm ? 0 : DELAY);
}

function show(element: HTMLElement): void {
  hide();
  // what opened something says by that what it does
  if (!element.isConnected || element.getAttribute("aria-expanded") === "true") return;
  over = element;
  const text = element.getAttribute(TIP) ?? "";
  tooltip = document.createElement("div");
  tooltip.id = "st-tip";
  tooltip.role = "tooltip";
  tooltip.popover = "manual";
  tooltip.className = "tip";
  // dialogs leave it alone
  tooltip.dataset.reactAriaTopLayer = "true";
  tooltip.append(text);
  const keys = element.getAttribute(KEYS);
  if (keys) {
    const key = document.createElement("kbd");
    key.append(keys);
    tooltip.append(key);
  }
  document.body.append(tooltip);
  tooltip.showPopover?.();
  put(tooltip, element.getBoundingClientRect(), element.getAttribute(PLACE) ?? "top");
  // a text that is the name already is not said twice
  if (element.getAttribute("aria-label") !== text) element.setAttribute("aria-describedby", tooltip.id);
}

function hide(): void {
  clearTimeout(timer);
  if (tooltip) {
    if (over?.getAttribute("aria-describedby") === tooltip.id) over.removeAttribute("aria-describedby");
    tooltip.remove();
    tooltip = undefined;
    closed = Date.now();
  }
  over = null;
}

/** Beside what it tells of, on the other side where there is no room. */
function put(tip: HTMLElement, at: DOMRect, place: string): void {
  const { offsetWidth: width, offsetHeight: height } = tip;
  const rtl = document.documentElement.dir === "rtl";
  let left = at.left + (at.width - width) / 2;
  let top = at.top + (at.height - height) / 2;
  if (place === "top" || place === "bottom") {
    const above = at.top - GAP - height;
    const below = at.bottom + GAP;
    const room = below + height <= innerHeight;
    top = (place === "top" ? above >= EDGE || !room : !room && above >= EDGE) ? above : below;
  } else {
    const before = at.left - GAP - width;
    const after = at.right + GAP;
    const room = after + width <= innerWidth;
    left = ((place === "start") !== rtl ? before >= EDGE || !room : !room && before >= EDGE) ? before : after;
  }
  tip.style.left = `${Math.max(EDGE, Math.min(innerWidth - width - EDGE, left))}px`;
  tip.style.top = `${Math.max(EDGE, Math.min(innerHeight - height - EDGE, top))}px`;
}
