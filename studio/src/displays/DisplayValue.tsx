/** A value as people read it, by the display of its field or what fits its type. */
import { Suspense } from "react";
import type { Field, Item } from "~/api/types";
import { displays } from "~/extensions/kinds";
import { cx } from "~/kit/style";
import { displayOf } from "./choice";
import { plainText } from "./text";

export interface DisplayValueProps {
  field: Field;
  value: unknown;
  item: Readonly<Item>;
  collection: string;
  /** What stands where there is no value. */
  empty?: React.ReactNode;
}

export function DisplayValue({ field, value, item, collection, empty = null }: DisplayValueProps) {
  if (value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0)) {
    return <>{empty}</>;
  }
  const { id, options } = displayOf(field);
  const descriptor = id ? displays.get(id) : undefined;
  const Component = descriptor?.component;
  const text = descriptor?.text?.(value, options) ?? plainText(value);
  const plain = <span className={cx("truncate", typeof value === "number" && "tabular-nums")}>{text}</span>;
  if (!Component) return plain;
  return (
    <Suspense fallback={plain}>
      <Component value={value as never} item={item} field={field} options={options as never} collection={collection} />
    </Suspense>
  );
}
