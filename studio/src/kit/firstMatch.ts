/** Picking from a list by what is typed: who types fast presses Enter before the first match is marked. */
import type { KeyboardEvent } from "react";

/** For the keys of the field: Enter does what the first match does, as long as none is marked. */
export const onFirstMatch =
  (run: (() => void) | undefined) =>
  ({ key, currentTarget }: KeyboardEvent) => {
    if (key === "Enter" && !currentTarget.getAttribute("aria-activedescendant")) run?.();
  };
