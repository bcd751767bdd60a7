/**
 * The grid of a dashboard; one column on phones. While it is edited, panels are moved by their heads and resized by their
 * corners: drawn by a pointer, or picked up by Enter, moved by arrow keys, dropped by Enter, given up by Escape.
 */
import { Copy, Ellipsis, Grip, MoveDiagonal2, SlidersHorizontal, Trash2 } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { t } from "~/i18n/words/insights";
import { IconButton } from "~/kit/Button";
import { Icon } from "~/kit/Icon";
import { Menu } from "~/kit/Menu";
import { cx } from "~/kit/style";
import { panels as kinds, textOf } from "~/panels/all";
import { usePhone } from "~/shell/screen";
import type { Panel } from "./data";
import { columnsOf, inOrder, place, resized, shifted } from "./layout";
import { PanelContent } from "./PanelContent";

const ROW = 24;

type Way = "move" | "resize";

export interface BoardActions {
  mayCreate: boolean;
  mayUpdate: boolean;
  mayDelete: boolean;
  onPlaced: (panels: Panel[]) => void;
  onOptions: (panel: Panel) => void;
  onCopy: (panel: Panel) => void;
  onDelete: (panel: Panel) => void;
}

export interface BoardProps {
  panels: Panel[];
  variables: Readonly<Record<string, unknown>>;
  onVariable: (key: string, value: unknown) => void;
  edit?: BoardActions;
}

export const panelName = (panel: Panel): string => {
  const kind = kinds.get(panel.type);
  return panel.name || (kind ? textOf(kind.name) : panel.type);
};

interface Held {
  id: string;
  way: Way;
  by: "pointer" | "keys";
  /** Where everything stood before. */
  before: Panel[];
  x: number;
  y: number;
}

export function Board({ panels, variables, onVariable, edit }: BoardProps) {
  const phone = usePhone();
  const grid = useRef<HTMLUListElement>(null);
  const held = useRef<Held | null>(null);
  /** What is shown while something is held. */
  const [shown, setShown] = useState<Panel[] | null>(null);
  const [holding, setHolding] = useState<{ id: string; way: Way } | null>(null);
  const [said, setSaid] = useState("");
  const now = shown ?? panels;
  const columns = columnsOf(panels);
  const sign = () => (document.documentElement.dir === "rtl" ? -1 : 1);

  function take(panel: Panel, way: Way, by: Held["by"], at = { x: 0, y: 0 }) {
    held.current = { id: panel.id, way, by, before: panels, ...at };
    setShown(panels);
    setHolding({ id: panel.id, way });
    if (by === "keys") setSaid(t("insights.held", { name: panelName(panel) }));
  }

  /** Where all stand when the held one is drawn by this many cells from where it was. */
  function drawn(by: { x: number; y: number }): Panel[] | null {
    const one = held.current;
    const panel = one?.before.find((each) => each.id === one.id);
    if (!one || !panel) return null;
    const box =
      one.way === "move" ? shifted(panel, by, columns) : resized(panel, by, kinds.get(panel.type) ?? SMALLEST, columns);
    const next = place(one.before, panel.id, box);
    setShown(next);
    return next;
  }

  function drop(keep: boolean) {
    const one = held.current;
    held.current = null;
    if (!one) return;
    if (keep && shown && shown !== one.before) edit?.onPlaced(shown);
    setShown(null);
    setHolding(null);
    if (one.by === "keys") {
      const panel = panels.find((each) => each.id === one.id);
      setSaid(panel ? t(keep ? "insights.dropped" : "insights.put_back", { name: panelName(panel) }) : "");
    }
  }

  const pointer = (panel: Panel, way: Way) => ({
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      take(panel, way, "pointer", { x: event.clientX, y: event.clientY });
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const one = held.current;
      if (one?.by !== "pointer" || !grid.current) return;
      const cell = grid.current.clientWidth / columns;
      drawn({
        x: Math.round(((event.clientX - one.x) * sign()) / cell),
        y: Math.round((event.clientY - one.y) / ROW),
      });
    },
    onPointerUp: () => held.current?.by === "pointer" && drop(true),
    onPointerCancel: () => held.current?.by === "pointer" && drop(false),
  });

  const keys = (panel: Panel, way: Way) => ({
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      const one = held.current;
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        if (one) drop(true);
        else take(panel, way, "keys");
        return;
      }
      if (!one) return;
      if (event.key === "Escape") {
        event.preventDefault();
        drop(false);
        return;
      }
      const step = { ArrowLeft: [-sign(), 0], ArrowRight: [sign(), 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!step) return;
      event.preventDefault();
      const [x = 0, y = 0] = step;
      one.x += x;
      one.y += y;
      const moved = drawn(one)?.find((each) => each.id === panel.id);
      if (!moved) return;
      // steps beyond the edge are not counted
      if (way === "move") {
        const origin = one.before.find((each) => each.id === panel.id) ?? panel;
        one.x = moved.position_x - origin.position_x;
        one.y = moved.position_y - origin.position_y;
        setSaid(t("insights.at", { column: moved.position_x, row: moved.position_y }));
      } else {
        const origin = one.before.find((each) => each.id === panel.id) ?? panel;
        one.x = moved.width - origin.width;
        one.y = moved.height - origin.height;
        setSaid(t("insights.size", { width: moved.width, height: moved.height }));
      }
    },
    onBlur: () => held.current?.by === "keys" && drop(true),
  });

  return (
    <>
      <ul
        ref={grid}
        aria-label={t("insights.panels")}
        className={cx("relative", phone ? "flex flex-col" : "grid")}
        style={phone ? undefined : { gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`, gridAutoRows: ROW }}
      >
        {inOrder(now).map((panel) => {
          const name = panelName(panel);
          const active = holding?.id === panel.id;
          const drawing = !phone && edit?.mayUpdate;
          return (
            <li
              key={panel.id}
              data-panel={panel.id}
              className="min-w-0 p-1"
              style={
                phone
                  ? { height: Math.max(panel.height, 4) * ROW }
                  : {
                      gridColumn: `${panel.position_x} / span ${panel.width}`,
                      gridRow: `${panel.position_y} / span ${panel.height}`,
                    }
              }
            >
              <section
                aria-label={name}
                className={cx(
                  "relative flex h-full flex-col overflow-hidden rounded-card border bg-surface",
                  active ? "border-accent shadow-overlay" : "border-line",
                )}
              >
                {(edit || panel.show_header) && (
                  <header
                    className={cx(
                      "flex min-h-9 shrink-0 items-center gap-1.5 ps-4 pe-1",
                      drawing && "cursor-grab touch-none bg-sunken ps-1 select-none active:cursor-grabbing",
                      edit && !drawing && "bg-sunken",
                    )}
                    {...(drawing ? pointer(panel, "move") : {})}
                  >
                    {drawing && (
                      <button
                        type="button"
                        aria-label={t("insights.move", { name })}
                        aria-pressed={active && holding?.way === "move"}
                        className="flex size-7 pointer-coarse:size-11 shrink-0 items-center justify-center rounded-control text-fg-2 outline-offset-[-2px] aria-pressed:bg-selected aria-pressed:text-accent-strong"
                        {...keys(panel, "move")}
                      >
                        <Grip size={16} aria-hidden />
                      </button>
                    )}
                    {panel.icon && (
                      <span className="text-fg-2" style={panel.color ? { color: panel.color } : undefined}>
                        <Icon name={panel.icon} />
                      </span>
                    )}
                    <h2 className="min-w-0 flex-1 truncate text-dense font-semibold" title={panel.note ?? undefined}>
                      {name}
                    </h2>
                    {edit && (
                      // the head is drawn by what is not a button
                      <span className="flex" onPointerDown={(event) => event.stopPropagation()}>
                        {edit.mayUpdate && (
                          <IconButton
                            label={t("insights.options", { name })}
                            className="min-h-7! min-w-7! pointer-coarse:min-h-11! pointer-coarse:min-w-11!"
                            onPress={() => edit.onOptions(panel)}
                          >
                            <SlidersHorizontal size={14} />
                          </IconButton>
                        )}
                        <Menu
                          label={t("insights.more", { name })}
                          commands={[
                            [
                              edit.mayCreate && {
                                id: "copy",
                                text: t("insights.copy"),
                                icon: <Copy size={16} />,
                                onAction: () => edit.onCopy(panel),
                              },
                            ],
                            [
                              edit.mayDelete && {
                                id: "delete",
                                text: t("insights.remove"),
                                icon: <Trash2 size={16} />,
                                danger: true,
                                onAction: () => edit.onDelete(panel),
                              },
                            ],
                          ]}
                        >
                          <IconButton
                            label={t("insights.more", { name })}
                            className="min-h-7! min-w-7! pointer-coarse:min-h-11! pointer-coarse:min-w-11!"
                          >
                            <Ellipsis size={14} />
                          </IconButton>
                        </Menu>
                      </span>
                    )}
                  </header>
                )}
                <div className="min-h-0 flex-1">
                  <PanelContent
                    panel={panel}
                    variables={variables}
                    editing={edit !== undefined}
                    onVariable={onVariable}
                  />
                </div>
                {drawing && (
                  <button
                    type="button"
                    aria-label={t("insights.resize", { name })}
                    aria-pressed={active && holding?.way === "resize"}
                    className="absolute end-0 bottom-0 flex size-6 cursor-nwse-resize touch-none items-center justify-center rounded-control text-fg-3 outline-offset-[-2px] hover:text-fg aria-pressed:bg-selected aria-pressed:text-accent-strong rtl:-scale-x-100 rtl:cursor-nesw-resize"
                    {...pointer(panel, "resize")}
                    {...keys(panel, "resize")}
                  >
                    <MoveDiagonal2 size={14} aria-hidden />
                  </button>
                )}
              </section>
            </li>
          );
        })}
      </ul>
      <div aria-live="assertive" className="sr-only">
        {said}
      </div>
    </>
  );
}

const SMALLEST = { minWidth: 4, minHeight: 3 };
