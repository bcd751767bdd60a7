/** A button that opens something which lies beside it. What is opened is loaded then at the latest. */
import { type ReactElement, type ReactNode, type RefObject, Suspense, useId, useRef, useState } from "react";
import { ButtonContext, type ButtonProps } from "react-aria-components";

export interface Opened {
  /** For `aria-controls` of the button. */
  id: string;
  triggerRef: RefObject<HTMLElement | null>;
  /** Which entry of a menu gets the focus: with a pointer the menu itself. */
  focus: "first" | "last" | true;
  onOpenChange: (open: boolean) => void;
}

export interface OpenerProps {
  opens: "menu" | "dialog";
  trigger: ReactElement;
  isOpen?: boolean;
  onOpenChange?: (open: boolean) => void;
  children: (opened: Opened) => ReactNode;
}

export function Opener({ opens, trigger, isOpen, onOpenChange, children }: OpenerProps) {
  const triggerRef = useRef<HTMLButtonElement>(null);
  const id = useId();
  const [own, setOwn] = useState(false);
  const [focus, setFocus] = useState<Opened["focus"]>(true);
  const open = isOpen ?? own;
  const set = (next: boolean) => {
    setOwn(next);
    onOpenChange?.(next);
  };
  const onKeyDown: ButtonProps["onKeyDown"] = (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return event.continuePropagation();
    setFocus(event.key === "ArrowDown" ? "first" : "last");
    set(true);
  };
  return (
    <>
      <ButtonContext
        value={{
          ref: triggerRef,
          "aria-haspopup": opens,
          "aria-expanded": open,
          "aria-controls": open ? id : undefined,
          onPress: ({ pointerType }) => {
            setFocus(pointerType === "keyboard" || pointerType === "virtual" ? "first" : true);
            set(!open);
          },
          onKeyDown: opens === "menu" ? onKeyDown : undefined,
        }}
      >
        {trigger}
      </ButtonContext>
      {open && <Suspense>{children({ id, triggerRef, focus, onOpenChange: set })}</Suspense>}
    </>
  );
}
