/** A filter of a collection's items. */
import type { Filter } from "~/api/types";
import type { InterfaceProps } from "~/extensions/contract";
import { FilterBuilder } from "~/filter/FilterBuilder";
import { RawEditor } from "~/form/RawEditor";
import { type CollectionOptions, useOptionCollection } from "../aboutCollection";

export default function FilterInterface(props: InterfaceProps<Filter, CollectionOptions>) {
  const collection = useOptionCollection(props);
  if (!collection || props.disabled || props.readonly) return <RawEditor {...(props as InterfaceProps<unknown>)} />;
  return <FilterBuilder collection={collection} value={props.value ?? null} onChange={props.onChange} />;
}
