/** Rows as a phone shows them: a title, and up to three values below it. */
import { useRef, useSyncExternalStore } from "react";
import { useViewport } from "~/grid/useViewport";
import type { Table } from "./context";

const HEIGHT = 92;

export function PhoneRows({ source, label, lines, hrefOf, onOpen }: Table) {
  const scroller = useRef<HTMLDivElement>(null);
  useSyncExternalStore(source.subscribe, () => source.version);
  const count = source.count() ?? 0;
  const view = useViewport(scroller, count, HEIGHT, 0);
  const rows = source.rows(view.from, view.to);
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto overscroll-contain">
      <ul aria-label={label} className="relative overflow-clip" style={{ height: view.bodyHeight }}>
        {rows.map((item, place) => {
          const index = view.from + place;
          const shown = item && lines(item);
          return (
            <li
              key={index}
              aria-setsize={count}
              aria-posinset={index + 1}
              className="absolute inset-x-0 border-b border-line bg-surface"
              style={{ top: view.top + place * HEIGHT, height: HEIGHT }}
            >
              {item && shown ? (
                <a
                  href={hrefOf(item)}
                  onClick={(event) => {
                    event.preventDefault();
                    onOpen(item);
                  }}
                  className="flex h-full flex-col justify-center gap-1 px-4 outline-offset-[-2px]"
                >
                  <span className="truncate font-medium">{shown.title}</span>
                  <span className="flex min-w-0 flex-col gap-0.5 text-dense text-fg-2">
                    <span className="flex min-w-0 items-center gap-3">
                      {shown.values.slice(0, 2).map(({ name, value }) => (
                        <span key={name} className="flex min-w-0 items-center">
                          <span className="sr-only">{name}: </span>
                          {value}
                        </span>
                      ))}
                    </span>
                    {shown.values.slice(2, 3).map(({ name, value }) => (
                      <span key={name} className="flex min-w-0 items-center">
                        <span className="sr-only">{name}: </span>
                        {value}
                      </span>
                    ))}
                  </span>
                </a>
              ) : (
                <div aria-hidden className="flex h-full flex-col justify-center gap-2 px-4">
                  <span className="h-4 w-2/3 rounded bg-line" />
                  <span className="h-3 w-1/3 rounded bg-line" />
                </div>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
