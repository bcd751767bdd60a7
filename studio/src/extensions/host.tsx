/**
 * Draws a custom element of an extension where a component of the studio's own would stand. The element gets plain
 * values as properties and answers by events; what it throws, or a module that can't be loaded, becomes a card.
 */
import { type ComponentType, type ReactNode, useEffect, useRef, useState } from "react";
import { fieldName } from "~/api/names";
import { useMe } from "~/api/queries";
import type { Field, Item } from "~/api/types";
import { plainText } from "~/displays/text";
import { direction, locale, t } from "~/i18n/i18n";
import { Notice } from "~/kit/bits";
import { preferences } from "~/shell/preferences";
import type { DisplayProps, InterfaceProps, LayoutProps } from "./contract";
import type { Extension } from "./loading";
import { provideSdk, sdk } from "./sdk";

const ACTIVATION_MILLISECONDS = 5000;

type Activate = (studio: typeof sdk) => unknown;
const activated = new Map<string, Promise<void>>();

/** Run an extension's code, once. Rejects with what is wrong with it. */
function activate(extension: Extension): Promise<void> {
  const known = activated.get(extension.name);
  if (known) return known;
  const running = limited(
    (async () => {
      if (extension.trust === "sandboxed") throw new Error(t("extensions.sandboxed"));
      provideSdk();
      const address = new URL(extension.base + extension.entry, document.baseURI).href;
      const module = (await import(/* @vite-ignore */ address)) as { default?: Activate };
      await module.default?.(sdk);
    })(),
  );
  activated.set(extension.name, running);
  return running;
}

function limited<T>(work: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) =>
    setTimeout(() => reject(new Error(t("extensions.late"))), ACTIVATION_MILLISECONDS),
  );
  return Promise.race([work, late]);
}

interface HostedProps {
  extension: Extension;
  element: string;
  properties: Record<string, unknown>;
  /** Event name → what it does with the event's detail. */
  events: Record<string, (detail: Record<string, unknown>) => void>;
  /** Stands beside the card when the element can't be drawn. */
  fallback?: ReactNode;
  className?: string;
}

export function Hosted({ extension, element, properties, events, fallback, className }: HostedProps) {
  const place = useRef<HTMLDivElement>(null);
  const node = useRef<HTMLElement | null>(null);
  const latest = useRef({ properties, events });
  latest.current = { properties, events };
  const names = Object.keys(events).join(" ");
  const [failure, setFailure] = useState<unknown>(null);

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
    };
    draw().catch((error: unknown) => !gone && setFailure(error));
    return () => {
      gone = true;
      node.current?.remove();
      node.current = null;
    };
  }, [extension, element, names]);

  useEffect(() => {
    try {
      if (node.current) Object.assign(node.current, properties);
    } catch (error) {
      setFailure(error);
    }
  });

  if (failure !== null) {
    return (
      <div className="flex flex-col gap-2">
        <Notice tone="warning" title={t("extensions.broken", { name: extension.name })}>
          {failure instanceof Error ? failure.message : String(failure)}
        </Notice>
        {fallback}
      </div>
    );
  }
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
  return (
    <Hosted
      extension={extension}
      element={element}
      properties={{
        value: value ?? null,
        field: { ...described(field), required },
        options,
        context: { ...context, user: { id, first_name, last_name }, density: preferences.get().density },
        mode,
        disabled,
        readonly,
        invalid,
        messages: [],
      }}
      events={{
        "studio:change": (detail) => props.onChange((detail.value ?? null) as never),
        "studio:set-field": (detail) => props.setField?.(String(detail.field), detail.value),
        "studio:commit": () => props.onCommit?.(),
        "studio:open": (detail) => sdk.openItem(String(detail.collection), String(detail.id)),
      }}
      fallback={<code className="font-mono text-dense break-all">{plainText(value)}</code>}
    />
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
