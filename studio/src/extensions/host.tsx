/**
 * Draws a custom element of an extension where a component of the studio's own would stand. The element gets plain
 * values as properties and answers by events; what it throws, or a module that can't be loaded, becomes a card.
 */
import { type ComponentType, lazy, type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import { fieldName } from "~/api/names";
import { useMe } from "~/api/queries";
import type { Field, Item } from "~/api/types";
import { plainText } from "~/displays/text";
import { direction, locale, t } from "~/i18n/i18n";
import { Notice } from "~/kit/bits";
import { preferences } from "~/shell/preferences";
import type { DisplayProps, InterfaceProps, LayoutProps, PanelProps } from "./contract";
import type { Extension } from "./extension";
import { mayKnow } from "./rights";
import { activate, limited } from "./running";
import { sdk } from "./sdk";

const Sandboxed = lazy(() => import("./sandbox"));

/** What it draws may be in a shadow, whose host gives the focus on. */
const focusFirst = (box: HTMLElement | null) =>
  (
    box?.querySelector<HTMLElement>("button, input, select, textarea, a[href], [tabindex='0']") ??
    (box?.firstElementChild as HTMLElement | null | undefined)
  )?.focus();

interface HostedProps {
  extension: Extension;
  element: string;
  properties: Record<string, unknown>;
  /** Event name → what it does with the event's detail. */
  events: Record<string, (detail: Record<string, unknown>) => void>;
  /** What it is called, where it stands in a frame of its own. */
  title?: string;
  /** It gets the focus once it is drawn. */
  autoFocus?: boolean;
  /** It takes the room that there is. */
  fill?: boolean;
  /** Stands beside the card when the element can't be drawn. */
  fallback?: ReactNode;
  className?: string;
}

export function Hosted(props: HostedProps) {
  const [failure, setFailure] = useState<unknown>(null);
  if (failure !== null) {
    return (
      <div data-broken className="flex flex-col gap-2">
        <Notice tone="warning" title={t("extensions.broken", { name: props.extension.name })}>
          {failure instanceof Error ? failure.message : String(failure)}
        </Notice>
        {props.fallback}
      </div>
    );
  }
  if (props.extension.trust === "sandboxed") {
    return (
      <Suspense>
        <Sandboxed {...props} title={props.title ?? props.extension.name} onFailed={setFailure} />
      </Suspense>
    );
  }
  return <Trusted {...props} onFailed={setFailure} />;
}

function Trusted({
  extension,
  element,
  properties,
  events,
  className,
  autoFocus,
  onFailed: setFailure,
}: HostedProps & { onFailed: (failure: unknown) => void }) {
  const place = useRef<HTMLDivElement>(null);
  const node = useRef<HTMLElement | null>(null);
  const latest = useRef({ properties, events });
  latest.current = { properties, events };
  const names = Object.keys(events).join(" ");
  useEffect(() => {
    let gone = false;
    const draw = async () => {
      await activate(extension);
      await limited(customElements.whenDefined(element));
      if (gone) return;
      const made = document.createElement(element);
      Object.assign(made, latest.current.properties);
      for (const name of names.split(" ").filter(Boolean)) {
        made.addEventListener(name, (event) => {
          event.stopPropagation();
          latest.current.events[name]?.((event as CustomEvent).detail ?? {});
        });
      }
      node.current = made;
      place.current?.replaceChildren(made);
      // its first drawing may come a moment later
      if (autoFocus) requestAnimationFrame(() => focusFirst(place.current));
    };
    draw().catch((error: unknown) => !gone && setFailure(error));
    return () => {
      gone = true;
      node.current?.remove();
      node.current = null;
    };
  }, [extension, element, names, autoFocus, setFailure]);

  useEffect(() => {
    try {
      if (node.current) Object.assign(node.current, properties);
    } catch (error) {
      setFailure(error);
    }
  });

  return <div ref={place} data-control className={className} />;
}

interface Bound {
  extension: Extension;
  element: string;
}

const described = (field: Field) => ({
  name: field.field,
  label: fieldName(field),
  type: field.type,
  required: field.meta?.required ?? false,
  note: field.meta?.note ?? null,
});

function ExtensionInterface({ extension, element, ...props }: InterfaceProps<never, never> & Bound) {
  const { value, field, options, context, mode, disabled, readonly, required, invalid } = props;
  const { id, first_name, last_name } = useMe();
  const cell = mode === "cell";
  const [wrong, setWrong] = useState<string | null>(null);
  const values = mayKnow(extension, context.collection) ? context.values : { [field.field]: value };
  const hosted = (
    <Hosted
      autoFocus={props.autoFocus}
      extension={extension}
      element={element}
      properties={{
        value: value ?? null,
        field: { ...described(field), required },
        options,
        context: { ...context, values, user: { id, first_name, last_name }, density: preferences.get().density },
        mode,
        disabled,
        readonly,
        invalid: invalid || wrong !== null,
        messages: wrong ? [wrong] : [],
      }}
      events={{
        "studio:change": (detail) => props.onChange((detail.value ?? null) as never),
        "studio:set-field": (detail) =>
          mayKnow(extension, context.collection, "update") && props.setField?.(String(detail.field), detail.value),
        "studio:validity": (detail) => setWrong(detail.valid === false ? String(detail.message ?? "") : null),
        "studio:commit": () => props.onCommit?.(),
        "studio:open": (detail) => sdk.openItem(String(detail.collection), String(detail.id)),
      }}
      title={fieldName(field)}
      fallback={<code className="font-mono text-dense break-all">{plainText(value)}</code>}
    />
  );
  if (!cell) {
    return (
      <>
        {hosted}
        {wrong && (
          <p role="alert" className="text-caption text-danger-fg">
            {wrong}
          </p>
        )}
      </>
    );
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape leaves what is inside
    <div
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        props.onCancel?.();
      }}
    >
      {hosted}
    </div>
  );
}

/** Layouts read rows as they come. */
function NotInSandbox({ extension, children }: { extension: Extension; children?: ReactNode }) {
  return (
    <div className="p-4">
      <Notice tone="warning" title={t("extensions.broken", { name: extension.name })}>
        {t("extensions.trusted_only")}
      </Notice>
      {children}
    </div>
  );
}

function ExtensionDisplay({
  extension,
  element,
  value,
  item,
  field,
  options,
  collection,
}: DisplayProps<never, never> & Bound) {
  return (
    <Hosted
      extension={extension}
      element={element}
      className="contents"
      properties={{
        value: value ?? null,
        item: item as Item,
        field: described(field),
        options,
        context: { collection, locale: locale(), dir: direction() },
      }}
      events={{ "studio:open": (detail) => sdk.openItem(String(detail.collection), String(detail.id)) }}
      fallback={<span className="truncate">{plainText(value)}</span>}
    />
  );
}

function ExtensionLayout({ extension, element, ...props }: LayoutProps<never> & Bound) {
  const { collection, fields, query, source, selection, options } = props;
  if (extension.trust === "sandboxed") return <NotInSandbox extension={extension} />;
  return (
    <Hosted
      extension={extension}
      element={element}
      className="min-h-0 flex-1 overflow-auto"
      properties={{ collection, fields, query, source, selection, options }}
      events={{
        "studio:select": (detail) => props.onSelect(new Set(detail.keys as Iterable<string>)),
        "studio:open": (detail) => props.onOpen(detail.id as string),
        "studio:query": (detail) => props.onQuery(detail),
      }}
    />
  );
}

function ExtensionPanel({ extension, element, ...props }: PanelProps & Bound) {
  const { data, options, variables, size, editing, onVariable } = props;
  return (
    <Hosted
      extension={extension}
      element={element}
      fill
      className="h-full overflow-auto"
      properties={{ data, options, variables, size, editing }}
      events={{
        "studio:variable": (detail) => onVariable?.(String(detail.key), detail.value),
        "studio:open": (detail) => sdk.openItem(String(detail.collection), String(detail.id)),
      }}
    />
  );
}

/** Components that draw an element of an extension, as descriptors name them. */
export const hostInterface =
  (extension: Extension, element: string): ComponentType<InterfaceProps<never, never>> =>
  (props) => <ExtensionInterface {...props} extension={extension} element={element} />;

export const hostDisplay =
  (extension: Extension, element: string): ComponentType<DisplayProps<never, never>> =>
  (props) => <ExtensionDisplay {...props} extension={extension} element={element} />;

export const hostLayout =
  (extension: Extension, element: string): ComponentType<LayoutProps<never>> =>
  (props) => <ExtensionLayout {...props} extension={extension} element={element} />;

export const hostPanel =
  (extension: Extension, element: string): ComponentType<PanelProps<never>> =>
  (props) => <ExtensionPanel {...props} extension={extension} element={element} />;
