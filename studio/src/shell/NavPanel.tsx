/**
 * A module's pages with its own navigation beside them: at the start side on wide screens (as wide as the person drew
 * it, or out of sight), there only while somebody looks for a page on narrow ones, a sheet behind a button in the
 * page's head on phones.
 *
 *     <NavPanel title="Content" nav={<CollectionTree />}><Outlet /></NavPanel>
 */
import { createLink, type LinkComponent, useRouterState } from "@tanstack/react-router";
import { ChevronDown, PanelLeftClose, PanelLeftOpen } from "lucide-react";
import { type ComponentPropsWithRef, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { t } from "~/i18n/i18n";
import { IconButton } from "~/kit/Button";
import { HeaderStart } from "~/kit/bits";
import { Dialog } from "~/kit/Dialog";
import { cx } from "~/kit/style";
import { keyText, useShortcut } from "./keys";
import { preferences, usePreferences } from "./preferences";
import { useNarrow, usePhone } from "./screen";

const NARROWEST = 180;
const WIDEST = 420;
const KEYS = "mod+\\";

export interface NavPanelProps {
  title: string;
  nav: ReactNode;
  /** Small buttons beside the title. */
  actions?: ReactNode;
  /** What stays at the bottom, as "New collection". */
  footer?: ReactNode;
  children: ReactNode;
}

export function NavPanel({ title, nav, actions, footer, children }: NavPanelProps) {
  const { navHidden, navWidth } = usePreferences();
  const phone = usePhone();
  const narrow = useNarrow();
  const [looking, setLooking] = useState(false);
  const place = useRouterState({ select: (state) => state.location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever is on another page has found it
  useEffect(() => setLooking(false), [place]);
  const hidden = narrow ? !looking : navHidden;
  const toggle = () => (narrow ? setLooking(!looking) : preferences.set({ navHidden: !preferences.get().navHidden }));
  useShortcut(KEYS, toggle, { text: t("shell.nav.toggle"), group: t("shell.keys.anywhere") });
  const open = (
    <IconButton
      label={phone ? t("shell.nav.open", { title }) : t("shell.nav.show")}
      shortcut={phone ? undefined : keyText(KEYS)}
      onPress={toggle}
      className="-ms-2"
    >
      <PanelLeftOpen size={phone ? 20 : 18} className="rtl:-scale-x-100" />
    </IconButton>
  );
  // the page keeps its place among these, whatever the screen is like: turning a phone must not make it anew
  return (
    <div className="flex min-h-0 flex-1">
      {!phone && !hidden && (
        <nav
          aria-label={title}
          style={{ width: navWidth }}
          className="relative flex shrink-0 flex-col border-e border-line bg-bg"
        >
          <div className="flex min-h-14 items-center gap-1 ps-4 pe-2">
            <h2 className="min-w-0 flex-1 truncate font-semibold">{title}</h2>
            {actions}
            <IconButton label={t("shell.nav.hide")} shortcut={keyText(KEYS)} onPress={toggle}>
              <PanelLeftClose size={18} className="rtl:-scale-x-100" />
            </IconButton>
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-3">{nav}</div>
          {footer && <div className="border-t border-line p-2">{footer}</div>}
          <Edge width={navWidth} />
        </nav>
      )}
      <HeaderStart value={phone || hidden ? open : null}>
        <div className="flex min-h-0 min-w-0 flex-1 flex-col">{children}</div>
      </HeaderStart>
      {phone && (
        <Dialog isOpen={looking} onClose={() => setLooking(false)} title={title} actions={actions} footer={footer}>
          <nav aria-label={title} className="-mx-2 min-h-[40dvh] pb-4">
            {nav}
          </nav>
        </Dialog>
      )}
    </div>
  );
}

/** The edge that is drawn, by pointer or by arrow keys. */
function Edge({ width }: { width: number }) {
  const drawn = useRef<{ x: number; width: number } | null>(null);
  const set = (wanted: number) => preferences.set({ navWidth: Math.min(WIDEST, Math.max(NARROWEST, wanted)) });
  const sign = () => (document.documentElement.dir === "rtl" ? -1 : 1);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that is drawn is no rule between texts
    <div
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={t("shell.nav.width")}
      aria-valuenow={width}
      aria-valuemin={NARROWEST}
      aria-valuemax={WIDEST}
      className="absolute inset-y-0 -end-1 z-1 w-2 cursor-col-resize touch-none outline-offset-[-2px] hover:bg-hover"
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        drawn.current = { x: event.clientX, width };
      }}
      onPointerMove={(event) => {
        if (drawn.current) set(drawn.current.width + (event.clientX - drawn.current.x) * sign());
      }}
      onPointerUp={() => {
        drawn.current = null;
      }}
      onDoubleClick={() => set(232)}
      onKeyDown={(event) => {
        const step = { ArrowRight: 16 * sign(), ArrowLeft: -16 * sign() }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        set(width + step);
      }}
    />
  );
}

interface InnerProps extends ComponentPropsWithRef<"a"> {
  icon?: ReactNode;
  /** What stands at the end: a count, a mark. */
  end?: ReactNode;
}

function Inner({ icon, end, children, className, ...props }: InnerProps) {
  return (
    <a
      {...props}
      className={cx(
        "flex min-h-8 items-center gap-2 rounded-control px-2 py-1 text-fg-2 hover:bg-hover hover:text-fg max-sm:min-h-11",
        "aria-[current=page]:bg-selected aria-[current=page]:font-medium aria-[current=page]:text-fg",
        className,
      )}
    >
      {icon && <span className="flex size-4.5 shrink-0 items-center justify-center">{icon}</span>}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {end !== undefined && <span className="shrink-0 text-caption tabular-nums text-fg-3">{end}</span>}
    </a>
  );
}

/** A link of such a navigation; it is marked while its page, or one below it, is shown. */
export const NavLink: LinkComponent<typeof Inner> = createLink(Inner);

/** Links below a heading that opens and closes. */
export function NavGroup({
  title,
  children,
  isOpen = true,
  onOpenChange,
}: {
  title: string;
  children: ReactNode;
  isOpen?: boolean;
  onOpenChange?: (open: boolean) => void;
}) {
  const [open, setOpen] = useState(isOpen);
  const id = useId();
  return (
    <div className="mt-3 first:mt-0">
      <h3>
        <button
          type="button"
          id={`${id}-head`}
          aria-expanded={open}
          aria-controls={id}
          onClick={() => {
            setOpen(!open);
            onOpenChange?.(!open);
          }}
          className="flex min-h-7 w-full pointer-coarse:min-h-11 cursor-default items-center gap-1 rounded-control px-2 text-start text-caption font-medium text-fg-3 hover:text-fg"
        >
          <span className="min-w-0 flex-1 truncate">{title}</span>
          <ChevronDown
            size={14}
            aria-hidden
            className={cx("transition-transform", !open && "-rotate-90 rtl:rotate-90")}
          />
        </button>
      </h3>
      {/* biome-ignore lint/a11y/useSemanticElements: links are no fields of a form */}
      <div role="group" id={id} aria-labelledby={`${id}-head`} hidden={!open} className="flex flex-col gap-px">
        {children}
      </div>
    </div>
  );
}
