/** Stands for a surface to type into until its field has the focus: what is typed meanwhile is what it begins with. */
import { type RefObject, useLayoutEffect } from "react";

export function TypedAhead({ text, onClose }: { text: RefObject<string>; onClose: () => void }) {
  useLayoutEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (event.target instanceof Element && event.target.closest("[role=dialog] input")) return;
      if (event.key === "Escape") onClose();
      else if (event.key === "Backspace") text.current = text.current.slice(0, -1);
      else if ([...event.key].length === 1) text.current += event.key;
      else return;
      // else single keys would lead elsewhere
      event.preventDefault();
      event.stopPropagation();
    };
    window.addEventListener("keydown", hear, true);
    return () => window.removeEventListener("keydown", hear, true);
  }, [text, onClose]);
  return null;
}
