import { useRef } from "react";

/** A value that keeps its identity as long as it says the same, so that what hangs on it is not made anew. */
export function useSame<Value>(value: Value): Value {
  const kept = useRef({ value, text: JSON.stringify(value) });
  const text = JSON.stringify(value);
  if (kept.current.text !== text) kept.current = { value, text };
  return kept.current.value;
}
