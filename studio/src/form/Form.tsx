/**
 * A form over any fields: of an item, of options, of settings. Each field is drawn by its interface, and follows its own
 * value only. Values come from the props, or from a store that the caller holds.
 */
import { lazy, memo, Suspense, startTransition, useEffect, useId, useMemo, useRef, useState } from "react";
import { useMe } from "~/api/queries";
import type { Field, Item } from "~/api/types";
import type { Context, Mode } from "~/extensions/contract";
import { direction, locale } from "~/i18n/i18n";
import { cx } from "~/kit/style";
import { ErrorsContext, FormContext, type FormScope, type Graph, type Source } from "./context";
import { FormField } from "./FormField";
import { fieldsOf } from "./fields";
import { type FieldStore, usePlainStore } from "./store";
import type { FormErrors } from "./validation";

const FieldMenu = lazy(() => import("./FieldMenu").then((module) => ({ default: module.FieldMenu })));
const RawDialog = lazy(() => import("./RawDialog").then((module) => ({ default: module.RawDialog })));

interface Shared {
  fields: readonly Field[];
  errors?: FormErrors;
  context?: Partial<Context>;
  mode?: Mode;
  disabled?: boolean;
  locked?: ReadonlySet<string> | null;
  /** A field that gets the focus at first. */
  autoFocus?: string;
  className?: string;
  /** False where what stands around the form says the names of its fields. */
  titled?: boolean;
  graph?: Graph | null;
  onHistory?: (field: Field) => void;
  /** Where values may be copied from; the same function at each drawing. */
  sources?: () => readonly Source[];
}

export interface FormProps extends Shared {
  values: Item;
  /** The values before all changes; those of the first drawing if not given. */
  initial?: Item;
  onChange: (field: string, value: unknown) => void;
}

/** A form of plain values. */
export function Form({ values, initial, onChange, ...props }: FormProps) {
  const store = usePlainStore(values, initial, onChange);
  return <StoreForm store={store} {...props} />;
}

const NO_ERRORS: FormErrors = {};

/** A form whose values lie in a store. */
export function StoreForm({
  fields,
  store,
  errors = NO_ERRORS,
  context,
  mode = "edit",
  disabled = false,
  locked = null,
  autoFocus,
  className,
  titled = true,
  graph = null,
  onHistory,
  sources,
}: Shared & { store: FieldStore }) {
  const id = useId();
  const me = useMe();
  const [menu, setMenu] = useState<{ field: Field; button: HTMLElement } | null>(null);
  const [raw, setRaw] = useState<Field | null>(null);
  const anchor = useRef<HTMLElement | null>(null);
  const { collection = "", itemId = null, version = null } = context ?? {};
  const scope = useMemo<FormScope>(
    () => ({
      fields,
      store,
      context: {
        collection,
        itemId,
        version,
        locale: locale(),
        dir: direction(),
        get values() {
          return store.snapshot();
        },
      },
      mode,
      disabled,
      locked,
      variables: { user: me.id, role: me.role?.id ?? null },
      id,
      autoFocus,
      titled,
      graph,
      sources,
      openMenu: (field, button) => {
        anchor.current = button;
        setMenu({ field, button });
      },
    }),
    [fields, store, collection, itemId, version, mode, disabled, locked, id, autoFocus, titled, graph, sources, me],
  );
  const outer = useMemo(() => fieldsOf(fields, null), [fields]);
  return (
    <FormContext.Provider value={scope}>
      <ErrorsContext.Provider value={errors}>
        <FieldGrid fields={outer} className={className} />
      </ErrorsContext.Provider>
      {menu && (
        <Suspense>
          <FieldMenu
            field={menu.field}
            anchor={anchor}
            onRaw={setRaw}
            onHistory={onHistory}
            onClose={() => setMenu(null)}
          />
        </Suspense>
      )}
      {raw && (
        <Suspense>
          <RawDialog field={raw} onClose={() => setRaw(null)} />
        </Suspense>
      )}
    </FormContext.Provider>
  );
}

/** Fields beside and below each other, as wide as they say. */
export const FieldGrid = memo(function FieldGrid({
  fields,
  className,
}: {
  fields: readonly Field[];
  className?: string;
}) {
  const shown = useSlices(fields.length);
  return (
    <div className={cx("@container min-w-0", className)}>
      <div className="grid max-w-[720px] grid-cols-1 gap-x-4 gap-y-5 @md:grid-cols-2">
        {fields.slice(0, shown).map((field) => (
          <FormField key={field.field} field={field} />
        ))}
      </div>
    </div>
  );
});

/** More than a screen of fields, where each takes the whole width. */
const SLICE = 30;

/** How many of many fields are drawn: those that are seen at once, then more in each pause, so that no task is long. */
function useSlices(all: number): number {
  const [shown, setShown] = useState(SLICE);
  useEffect(() => {
    if (shown < all) startTransition(() => setShown(shown + SLICE));
  }, [shown, all]);
  return shown;
}
