/**
 * What an extension contributes, drawn with samples in each of its modes, so that it can be looked at before anything
 * uses it. `?only=interfaces.acme-stars` draws one contribution alone; `satchel ext test` looks at this page.
 */
import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { type ComponentType, type ReactNode, useId, useState } from "react";
import type { Field, Item } from "~/api/types";
import type { DisplayProps, InterfaceProps, LayoutProps, Mode, PanelProps, RowSource } from "~/extensions/contract";
import { modulePath, modules } from "~/extensions/contributions";
import type { Contributions, Extension } from "~/extensions/extension";
import { Hosted } from "~/extensions/host";
import { panels } from "~/extensions/kinds";
import { extensionsQuery } from "~/extensions/loading";
import { displays, interfaces, layouts } from "~/extensions/registry";
import { activate } from "~/extensions/running";
import { textOf } from "~/extensions/texts";
import { direction, locale } from "~/i18n/i18n";
import { t } from "~/i18n/words/admin";
import { ButtonLink } from "~/kit/Button";
import { Card, Notice, PageHeader } from "~/kit/bits";
import { Loading } from "~/kit/states";
import { NotFound } from "~/shell/NotFound";

const SAMPLES: Record<string, unknown> = {
  bigInteger: "9007199254740993",
  boolean: true,
  csv: ["a", "b"],
  date: "2026-01-31",
  dateTime: "2026-01-31T12:30:00",
  decimal: "1.50",
  float: 1.5,
  hash: "**********",
  integer: 3,
  json: { name: "Ada" },
  time: "12:30:00",
  timestamp: "2026-01-31T12:30:00Z",
  uuid: "0f8fad5b-d9cb-469f-a165-70867728950e",
};
const sampleOf = (type: string): unknown => SAMPLES[type] ?? "Ada";

const ROWS: Item[] = ["Ada", "Grace", "Mary"].map((name, at) => ({ id: at + 1, name, value: at + 1 }));
const SOURCE: RowSource = {
  count: () => ROWS.length,
  rows: (from, to) => ROWS.slice(from, to),
  subscribe: () => () => {},
};

export function TryExtensionPage() {
  const { name } = useParams({ strict: false }) as { name: string };
  const { only } = useSearch({ strict: false }) as { only?: string };
  const found = useQuery(extensionsQuery);
  const extension = found.data?.find((one) => one.name === name);
  if (!found.data) return <Loading />;
  if (!extension || extension.error !== null) return <NotFound />;
  const wanted = <Kind extends keyof Contributions>(kind: Kind) =>
    (extension.contributes[kind] as { id: string }[] | undefined)?.filter(
      ({ id }) => !only || only === `${kind}.${id}`,
    ) as NonNullable<Contributions[Kind]> | undefined;
  const handlers = [...(wanted("actions") ?? []), ...(wanted("commands") ?? [])];
  return (
    <>
      <PageHeader
        title={t("settings.try.title", { name: textOf(extension.title) })}
        before={
          <ButtonLink
            href="/settings/extensions"
            look="quiet"
            aria-label={t("settings.room.extensions")}
            className="px-2"
          >
            <ArrowLeft size={18} className="rtl:-scale-x-100" />
          </ButtonLink>
        }
        note={t("settings.try.note")}
      />
      <div className="min-h-0 flex-1 overflow-auto">
        <div className="mx-auto flex max-w-3xl flex-col gap-4 p-6 max-sm:p-4">
          {wanted("interfaces")?.flatMap(({ id, modes }) =>
            (modes?.length ? modes : (["edit"] as Mode[])).map((mode) => (
              <Tried
                key={`${id} ${mode}`}
                of={`interfaces.${id}`}
                title={titleOf(interfaces.get(id)?.name ?? id, mode)}
              >
                <TriedInterface id={id} mode={mode} />
              </Tried>
            )),
          )}
          {wanted("displays")?.map(({ id }) => (
            <Tried key={id} of={`displays.${id}`} title={titleOf(displays.get(id)?.name ?? id)}>
              <TriedDisplay id={id} />
            </Tried>
          ))}
          {wanted("layouts")?.map(({ id }) => (
            <Tried key={id} of={`layouts.${id}`} title={titleOf(layouts.get(id)?.name ?? id)}>
              <TriedLayout id={id} />
            </Tried>
          ))}
          {wanted("panels")?.map(({ id, queries }) => (
            <Tried key={id} of={`panels.${id}`} title={titleOf(panels.get(id)?.name ?? id)}>
              <TriedPanel id={id} queries={queries?.map((one) => one.id) ?? []} />
            </Tried>
          ))}
          {wanted("sidebar")?.map((one) => (
            <Tried key={one.id} of={`sidebar.${one.id}`} title={textOf(one.label ?? one.id)}>
              <Hosted
                extension={extension}
                element={one.element}
                properties={{ context: { ...CONTEXT, locale: locale(), dir: direction() }, dirty: ["name"] }}
                events={{}}
              />
            </Tried>
          ))}
          {wanted("modules")?.map(({ id, name: called }) => {
            const module = modules.get(id);
            return (
              <Tried key={id} of={`modules.${id}`} title={textOf(called ?? extension.title)}>
                {module && <ButtonLink href={modulePath(module)}>{t("settings.try.open")}</ButtonLink>}
              </Tried>
            );
          })}
          {handlers.length > 0 && extension.trust === "trusted" && (
            <Handlers extension={extension} names={handlers.map((one) => one.handler)} />
          )}
        </div>
      </div>
    </>
  );
}

const titleOf = (name: Parameters<typeof textOf>[0], mode?: Mode): string =>
  mode ? `${textOf(name)}: ${t(`settings.try.mode.${mode}`)}` : textOf(name);

/** `of`: the contribution, as `satchel ext test` names it. */
function Tried({ of, title, children }: { of: string; title: string; children: ReactNode }) {
  return (
    <Card className="p-4">
      <section aria-label={title} data-contribution={of} className="flex flex-col gap-3">
        <h2 className="font-semibold">{title}</h2>
        {children}
      </section>
    </Card>
  );
}

const field = (type: string, label: string): Field => ({
  collection: CONTEXT.collection,
  field: label,
  type,
  schema: null,
  meta: null,
});

const CONTEXT = { collection: "samples", itemId: 1, values: ROWS[0] as Item };

const defaults = (options: readonly { field: string; default?: unknown }[] = []): Record<string, unknown> =>
  Object.fromEntries(options.map((one) => [one.field, one.default]));

function TriedInterface({ id, mode }: { id: string; mode: Mode }) {
  const descriptor = interfaces.get(id);
  if (!descriptor) return null;
  const [type = "string"] = descriptor.types;
  const Component = descriptor.component as ComponentType<InterfaceProps> | undefined;
  if (!Component) return null;
  const states = mode === "edit" ? (["filled", "empty", "readonly"] as const) : (["filled", "empty"] as const);
  return states.map((state) => (
    <OneInterface
      key={state}
      label={t(`settings.try.${state}`)}
      draw={Component}
      type={type}
      options={defaults(descriptor.options)}
      mode={mode}
      initial={state === "empty" ? null : sampleOf(type)}
      readonly={state === "readonly"}
    />
  ));
}

function OneInterface({
  label,
  draw: Component,
  type,
  options,
  mode,
  initial,
  readonly,
}: {
  label: string;
  draw: ComponentType<InterfaceProps>;
  type: string;
  options: Record<string, unknown>;
  mode: Mode;
  initial: unknown;
  readonly: boolean;
}) {
  const labelId = useId();
  const [value, setValue] = useState(initial);
  return (
    // biome-ignore lint/a11y/useSemanticElements: as fields of forms are
    <div role="group" aria-labelledby={labelId} className="flex flex-col gap-1">
      <span id={labelId} className="text-dense font-medium">
        {label}
      </span>
      <Component
        value={value}
        field={field(type, label)}
        options={options}
        context={{ ...CONTEXT, locale: locale(), dir: direction() }}
        mode={mode}
        labelId={labelId}
        disabled={readonly}
        readonly={readonly}
        required={false}
        invalid={false}
        onChange={setValue}
        // of several cells none is the one that is edited
        autoFocus={false}
      />
    </div>
  );
}

function TriedDisplay({ id }: { id: string }) {
  const descriptor = displays.get(id);
  const Component = descriptor?.component as ComponentType<DisplayProps> | undefined;
  const [type = "string"] = descriptor?.types ?? [];
  const options = defaults(descriptor?.options);
  return [sampleOf(type), null].map((value) => (
    <div key={String(value)} className="flex flex-col gap-1">
      <span className="text-dense font-medium">{t(value === null ? "settings.try.empty" : "settings.try.filled")}</span>
      <div className="flex min-h-5 min-w-0">
        {Component ? (
          <Component
            value={value}
            item={CONTEXT.values}
            field={field(type, "value")}
            options={options}
            collection={CONTEXT.collection}
          />
        ) : (
          descriptor?.text?.(value, options)
        )}
      </div>
    </div>
  ));
}

function TriedLayout({ id }: { id: string }) {
  const descriptor = layouts.get(id);
  const Component = descriptor?.component as ComponentType<LayoutProps> | undefined;
  if (!Component) return null;
  return (
    <div className="flex h-80 flex-col">
      <Component
        collection={CONTEXT.collection}
        fields={["name", "value"]}
        query={{ filter: null, search: null, sort: ["id"] }}
        source={SOURCE}
        selection={new Set()}
        options={defaults(descriptor?.options)}
        onSelect={() => {}}
        onOpen={() => {}}
        onQuery={() => {}}
        onOptions={() => {}}
      />
    </div>
  );
}

function TriedPanel({ id, queries }: { id: string; queries: string[] }) {
  const descriptor = panels.get(id);
  const Component = descriptor?.component as ComponentType<PanelProps> | undefined;
  if (!descriptor || !Component) return null;
  return (
    <div className="overflow-hidden" style={{ height: descriptor.minHeight * 20 }}>
      <Component
        data={Object.fromEntries(queries.map((one) => [one, []]))}
        options={defaults(descriptor.options)}
        variables={{}}
        size={{ width: descriptor.minWidth, height: descriptor.minHeight }}
        editing={false}
      />
    </div>
  );
}

/** Whether there is what actions and commands call. */
function Handlers({ extension, names }: { extension: Extension; names: string[] }) {
  const found = useQuery({
    queryKey: ["extensions", extension.name, "handlers"],
    queryFn: () => activate(extension),
    retry: false,
  });
  if (!found.data && !found.error) return <Loading />;
  const missing = found.data ? names.filter((name) => typeof found.data[name] !== "function") : [];
  const failed = t("extensions.broken", { name: extension.name });
  return (
    <Tried of="actions and commands" title={t("settings.try.handlers")}>
      {found.error ? (
        <div data-broken>
          <Notice tone="danger" title={failed}>
            {found.error.message}
          </Notice>
        </div>
      ) : (
        missing.map((name) => (
          <div key={name} data-broken>
            <Notice tone="danger" title={failed}>
              {t("extensions.no_handler", { name })}
            </Notice>
          </div>
        ))
      )}
      {!found.error && missing.length === 0 && <code className="font-mono text-dense">{names.join(", ")}</code>}
    </Tried>
  );
}
