/** Items as cards with a picture, as many beside each other as there is room for. */
import { useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";
import { keyField } from "~/api/keys";
import { useCollection, useFields } from "~/api/queries";
import type { Item, Key } from "~/api/types";
import { assetUrl, type FileValue, fileId, Thumbnail } from "~/displays/files";
import { displayText, templateOf } from "~/displays/template";
import type { LayoutProps } from "~/extensions/contract";
import { useViewport } from "~/grid/useViewport";
import { t } from "~/i18n/i18n";
import { ANY_DIRECTION, cx } from "~/kit/style";

export interface CardOptions {
  /** The field of a file. */
  imageSource?: string | null;
  /** Templates. */
  title?: string | null;
  subtitle?: string | null;
  /** 1 to 6. */
  size?: number;
  imageFit?: "crop" | "contain";
}

const GAP = 16;
const WIDTHS = [120, 148, 180, 216, 264, 320];

export default function Cards({ collection, source, selection, options, onSelect, onOpen }: LayoutProps<CardOptions>) {
  const scroller = useRef<HTMLDivElement>(null);
  const fields = useFields(collection);
  const known = useCollection(collection);
  const key = keyField(fields);
  const change = useRef(0);
  useSyncExternalStore(
    (listener) =>
      source.subscribe(() => {
        change.current++;
        listener();
      }),
    () => change.current,
  );
  const count = source.count() ?? 0;
  const wanted = WIDTHS[Math.max(1, Math.min(6, options.size ?? 4)) - 1] ?? 216;
  const view0 = useWidth(scroller);
  const across = Math.max(1, Math.floor((view0 - GAP) / (wanted + GAP)));
  const width = view0 && Math.floor((view0 - GAP * (across + 1)) / across);
  const pictures = !!options.imageSource;
  const height = (pictures ? Math.round(width * 0.7) : 0) + 68 + GAP;
  const view = useViewport(scroller, Math.ceil(count / across), height, GAP);
  const from = view.from * across;
  const rows = source.rows(from, Math.min(count, view.to * across));
  const title = options.title || templateOf(known, fields);
  return (
    <div
      ref={scroller}
      className="min-h-0 flex-1 overflow-y-auto overscroll-contain bg-sunken [scrollbar-gutter:stable]"
    >
      <ul
        className="relative mx-0 overflow-clip"
        aria-label={t("layouts.cards")}
        style={{ height: view.bodyHeight + GAP }}
      >
        {(width ? rows : []).map((item, place) => {
          const row = Math.floor(place / across);
          const id = item?.[key] as Key | undefined;
          return (
            <li
              // biome-ignore lint/suspicious/noArrayIndexKey: a card is its place until its item is loaded
              key={from + place}
              aria-setsize={count}
              aria-posinset={from + place + 1}
              className="absolute"
              style={{
                top: view.top + row * height + GAP,
                insetInlineStart: GAP + (place % across) * (width + GAP),
                width,
                height: height - GAP,
              }}
            >
              <Card
                item={item}
                title={item ? displayText(title, item) || String(id) : ""}
                subtitle={item && options.subtitle ? displayText(options.subtitle, item) : ""}
                image={pictures && item ? (item[options.imageSource ?? ""] as FileValue | string | null) : undefined}
                contain={options.imageFit === "contain"}
                selected={id !== undefined && selection.has(id)}
                onSelect={() => {
                  if (id === undefined) return;
                  const next = new Set(selection);
                  if (!next.delete(id)) next.add(id);
                  onSelect(next);
                }}
                onOpen={() => id !== undefined && onOpen(id)}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** How wide the place for cards is; 0 before it is known, and then none is drawn: they would jump. */
function useWidth(scroller: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, [scroller]);
  return width;
}

interface CardProps {
  item: Item | undefined;
  title: string;
  subtitle: string;
  /** undefined: cards without pictures. */
  image: FileValue | string | null | undefined;
  contain: boolean;
  selected: boolean;
  onSelect: () => void;
  onOpen: () => void;
}

function Card({ item, title, subtitle, image, contain, selected, onSelect, onOpen }: CardProps) {
  const id = fileId(image);
  const picture = typeof image === "object" ? image?.type?.startsWith("image/") : id !== undefined;
  if (!item) return <div aria-hidden className="size-full rounded-card bg-line" />;
  return (
    <div
      className={cx(
        "group relative flex size-full flex-col overflow-hidden rounded-card border bg-surface shadow-raised",
        selected ? "border-accent ring-2 ring-accent" : "border-line hover:border-line-strong",
      )}
    >
      {image !== undefined && (
        <div className="flex min-h-0 flex-1 items-center justify-center overflow-hidden bg-sunken">
          {id && picture ? (
            <img
              src={assetUrl(id, contain ? "system-medium-contain" : "system-medium-cover")}
              alt=""
              loading="lazy"
              decoding="async"
              className={cx("size-full", contain ? "object-contain" : "object-cover")}
            />
          ) : (
            <Thumbnail file={id ? image : null} size={40} />
          )}
        </div>
      )}
      <button
        type="button"
        onClick={onOpen}
        className="flex h-[66px] shrink-0 flex-col justify-center px-3 text-start outline-offset-[-2px] after:absolute after:inset-0"
      >
        <span dir="auto" className={cx("w-full truncate font-medium", ANY_DIRECTION, image === undefined && "pe-7")}>
          {title}
        </span>
        {subtitle && (
          <span dir="auto" className={cx("w-full truncate text-dense text-fg-2", ANY_DIRECTION)}>
            {subtitle}
          </span>
        )}
      </button>
      <label
        className={cx(
          "absolute end-1.5 top-1.5 z-1 flex size-8 pointer-coarse:size-11 items-center justify-center rounded-control bg-surface/90",
          !selected && "opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100",
        )}
      >
        <input
          type="checkbox"
          checked={selected}
          onChange={onSelect}
          aria-label={t("grid.select_row", { name: title })}
          className="check"
        />
      </label>
    </div>
  );
}
