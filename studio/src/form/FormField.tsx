/** One field of a form: label, interface, note and messages, and the mark of a change. */
import { ChevronDown } from "lucide-react";
import {
  Component,
  lazy,
  memo,
  type ReactNode,
  Suspense,
  type SyntheticEvent,
  useContext,
  useRef,
  useSyncExternalStore,
} from "react";
import { fieldName } from "~/api/names";
import type { Field, Width } from "~/api/types";
import type { InterfaceDescriptor, InterfaceProps } from "~/extensions/contract";
import { interfaces } from "~/extensions/registry";
import { t } from "~/i18n/words/item";
import { Notice } from "~/kit/bits";
import { Skeleton } from "~/kit/states";
import { cx } from "~/kit/style";
import { conditionFields, effective, matching } from "./conditions";
import { ErrorsContext, useForm } from "./context";
import { interfaceId, isPresentation, isRequired } from "./fields";
import { useDerived, useValue } from "./store";

/** Few fields need it, and it brings all text fields. */
const RawEditor = lazy(() => import("./RawEditor").then((module) => ({ default: module.RawEditor })));

const SPANS: Record<Width, string> = {
  half: "",
  "half-left": "@md:col-start-1",
  "half-right": "@md:col-start-2",
  full: "@md:col-span-2",
  fill: "@md:col-span-2 w-[100cqw]",
};

/**
 * In these people type. After each key browsers look through all controls of its form, to fill in or to remember what
 * is typed, and what is in no form counts as one: in a form of an item each has a form for itself.
 */
const TYPED = new Set(["input", "input-multiline"]);
const stay = (event: SyntheticEvent) => event.preventDefault();

export const elementId = (form: string, field: string): string => `${form}-${field}`;

export function FormField({ field }: { field: Field }) {
  const error = useContext(ErrorsContext)[field.field];
  return <OneField field={field} error={error} />;
}

const OneField = memo(function OneField({ field, error }: { field: Field; error: string | undefined }) {
  const { store, variables } = useForm();
  const condition = useDerived(store, conditionFields(field), () => matching(field, store.snapshot(), variables));
  const state = effective(field, condition);
  if (state.hidden) return null;
  return (
    <Frame field={field} error={error} options={state.options} readonly={state.readonly} required={state.required} />
  );
});

interface FrameProps {
  field: Field;
  error: string | undefined;
  options: Record<string, unknown>;
  readonly: boolean;
  required: boolean;
}

function Frame({ field, error, options, readonly, required }: FrameProps) {
  const { store, context, mode, disabled, locked, id, autoFocus, titled, graph, openMenu } = useForm();
  const name = field.field;
  const value = useValue(store, name);
  const box = useRef<HTMLDivElement>(null);
  const descriptorId = interfaceId(field);
  const descriptor = useSyncExternalStore(interfaces.subscribe, () => interfaces.get(descriptorId));
  const element = elementId(id, name);
  const { note, width } = field.meta ?? {};
  const bare = Boolean(descriptor?.bare);
  const lockedHere = readonly || (locked?.has(name) ?? false);
  const needed = isRequired(field, required);
  const describedBy = cx(Boolean(note) && `${element}-note`, Boolean(error) && `${element}-error`) || undefined;

  const props: InterfaceProps<unknown> = {
    value,
    field,
    options,
    context,
    mode,
    labelId: `${element}-label`,
    describedBy,
    disabled,
    readonly: lockedHere,
    required: needed,
    invalid: Boolean(error),
    onChange: (next) => store.set(name, next),
    setField: store.set,
    autoFocus: autoFocus === name,
  };
  const control = (
    <Guard
      name={descriptorId ?? ""}
      fallback={
        <Suspense>
          <RawEditor {...props} />
        </Suspense>
      }
    >
      <Suspense
        fallback={
          <div style={{ height: descriptor?.height?.(value) }}>
            <Skeleton className="h-full min-h-(--st-control)" />
          </div>
        }
      >
        <Drawn descriptor={descriptor} id={descriptorId} props={props} />
      </Suspense>
    </Guard>
  );
  if (bare) {
    return (
      <div id={element} className={cx("min-w-0", SPANS[width ?? "full"])}>
        {control}
      </div>
    );
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would announce each single field twice
    <div
      ref={box}
      id={element}
      role="group"
      aria-labelledby={`${element}-label`}
      className={cx("group/field relative flex min-w-0 flex-col gap-1", SPANS[width ?? "full"])}
    >
      <ChangeBar field={field} />
      <div className={titled ? "flex min-h-5 items-center gap-1" : "sr-only"}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: a click on a label goes to its control, as everywhere */}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: by keys the control itself is reached */}
        <span
          id={`${element}-label`}
          className="min-w-0 truncate text-dense font-medium text-fg"
          onClick={() => focusFirst(box.current)}
        >
          {fieldName(field)}
        </span>
        {needed && !lockedHere && (
          <span aria-hidden className="text-dense text-danger-fg">
            *
          </span>
        )}
        {mode === "edit" && !isPresentation(field) && (
          <button
            type="button"
            aria-haspopup="menu"
            aria-label={t("form.menu", { field: fieldName(field) })}
            onClick={(event) => openMenu(field, event.currentTarget)}
            className="group/menu flex size-6 shrink-0 items-center justify-center rounded-control text-fg-3 hover:bg-hover hover:text-fg pointer-coarse:relative pointer-coarse:after:absolute pointer-coarse:after:-inset-2.5"
          >
            {/* hidden by itself: a button without opacity would be a layer of its own, in each field, at each key */}
            <ChevronDown
              size={14}
              aria-hidden
              className="invisible group-focus-within/field:visible group-hover/field:visible group-aria-expanded/menu:visible pointer-coarse:visible"
            />
          </button>
        )}
      </div>
      {graph && TYPED.has(descriptorId ?? "") ? (
        <form data-control role="presentation" noValidate className="min-w-0" onSubmit={stay}>
          {control}
        </form>
      ) : (
        <div data-control className="min-w-0">
          {control}
        </div>
      )}
      {note && (
        <p id={`${element}-note`} className="text-caption text-fg-3">
          {note}
        </p>
      )}
      {error && (
        <p id={`${element}-error`} className="text-caption text-danger-fg">
          {error}
        </p>
      )}
    </div>
  );
}

/** Put the focus on a field's control. Says whether there was one. */
export function focusFirst(box: HTMLElement | null): boolean {
  const control = (box?.querySelector("[data-control]") ?? box)?.querySelector<HTMLElement>(
    'input:not([type="hidden"]):not([disabled]), textarea:not([disabled]), [contenteditable="true"], button:not([disabled]), [tabindex="0"]',
  );
  control?.focus();
  return Boolean(control);
}

function Drawn({
  descriptor,
  id,
  props,
}: {
  descriptor: InterfaceDescriptor | undefined;
  id: string | undefined;
  props: InterfaceProps<unknown>;
}) {
  if (!descriptor?.component) {
    return (
      <div className="flex flex-col gap-2">
        {id && <Notice tone="warning">{t("form.unknown_interface", { name: id })}</Notice>}
        <RawEditor {...props} />
      </div>
    );
  }
  const Interface = descriptor.component as React.ComponentType<InterfaceProps<unknown>>;
  return <Interface {...props} />;
}

/** A bar beside a changed field. Pointing at it, or the focus, shows the value before; it opens the field's menu. */
function ChangeBar({ field }: { field: Field }) {
  const { store, mode, openMenu } = useForm();
  const name = field.field;
  const dirty = useDerived(store, [name], () => store.dirty(name));
  if (!dirty || mode !== "edit") return null;
  const before = store.initial(name);
  const text =
    before === null || before === undefined || before === ""
      ? t("form.was_empty")
      : t("form.was", { value: (typeof before === "object" ? JSON.stringify(before) : String(before)).slice(0, 200) });
  return (
    <button
      type="button"
      aria-label={`${t("form.changed")}. ${text}`}
      onClick={(event) => openMenu(field, event.currentTarget)}
      className="group/bar absolute -start-4 inset-y-0 z-1 w-2 rounded-control"
    >
      <span aria-hidden className="block h-full rounded-full border-s-3 border-accent ms-1" />
      <span
        aria-hidden
        className="pointer-events-none absolute start-4 top-0 z-2 hidden w-max max-w-80 rounded-control border border-line bg-raised px-2 py-1 text-start text-caption text-fg shadow-overlay group-hover/bar:block group-focus-visible/bar:block"
      >
        <span className="line-clamp-4 break-words">{text}</span>
      </span>
    </button>
  );
}

/** Keeps a failing interface from taking the form with it. */
class Guard extends Component<{ name: string; fallback: ReactNode; children: ReactNode }, { failed: string | null }> {
  override state = { failed: null as string | null };

  static getDerivedStateFromError(error: unknown) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }

  override render() {
    if (this.state.failed === null) return this.props.children;
    return (
      <div className="flex flex-col gap-2">
        <Notice tone="warning" title={t("form.failed_interface", { name: this.props.name })}>
          {this.state.failed}
        </Notice>
        {this.props.fallback}
      </div>
    );
  }
}
