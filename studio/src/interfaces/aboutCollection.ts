/** Which collection an option speaks of: named by the option, by another option of the same form, or the form's own. */
import type { InterfaceProps } from "~/extensions/contract";
import { useForm } from "~/form/context";
import { useDerived } from "~/form/store";

export interface CollectionOptions {
  collection?: string | null;
  /** The option that holds the collection's name. */
  collectionField?: string | null;
}

export function useOptionCollection({
  options,
  context,
}: Pick<InterfaceProps<unknown, CollectionOptions>, "options" | "context">): string | null {
  const { store } = useForm();
  const { collection, collectionField } = options;
  const named = useDerived(store, collectionField ? [collectionField] : [], () =>
    collectionField ? store.get(collectionField) : null,
  );
  return collection || (typeof named === "string" && named) || context.collection || null;
}
