/** Dialogs in the middle and drawers at the side. Both close by Escape and give the focus back. */
import { type ReactNode, Suspense, useEffect, useMemo, useState } from "react";
import { t } from "~/i18n/i18n";
import { Button, type ButtonProps } from "./Button";
import { later, shownNow } from "./later";

const DialogSurface = later(() => import("./floating").then((file) => file.DialogSurface));
const DrawerSurface = later(() => import("./floating").then((file) => file.DrawerSurface));
export const DIALOGS = [DialogSurface, DrawerSurface];

interface SurfaceProps {
  isOpen: boolean;
  onClose: () => void;
  title: ReactNode;
  /** Buttons at the right of the title. */
  actions?: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
  /** Says no to closing: while something is unsaved. */
  beforeClose?: () => boolean | Promise<boolean>;
  isDismissable?: boolean;
}

export type DrawerProps = SurfaceProps & { size?: "small" | "medium" | "large" };
export type DialogProps = DrawerProps & { role?: "dialog" | "alertdialog" };

/**
 * When it closes and what opened it is gone, as a button for what was empty before, the field that it stood in gets the
 * focus, else the page.
 */
export function useFocusAfter(isOpen: boolean): void {
  // before what opens takes the focus
  const field = useMemo(() => (isOpen ? document.activeElement?.closest("[data-control]") : null), [isOpen]);
  useEffect(() => {
    if (!isOpen) return;
    return () => {
      setTimeout(() => {
        if (document.activeElement !== document.body) return;
        const control = field?.isConnected && field.querySelector<HTMLElement>(CONTROL);
        (control || document.getElementById("main"))?.focus();
      }, 50);
    };
  }, [isOpen, field]);
}

const CONTROL = "input:not([type=hidden]), textarea, button, [tabindex='0']";

export function Dialog(props: DialogProps): ReactNode {
  useFocusAfter(props.isOpen);
  return (
    props.isOpen && (
      <Suspense>
        <DialogSurface {...props} />
      </Suspense>
    )
  );
}

export function Drawer(props: DrawerProps): ReactNode {
  useFocusAfter(props.isOpen);
  return (
    props.isOpen && (
      <Suspense>
        <DrawerSurface {...props} />
      </Suspense>
    )
  );
}

/** The buttons below what asks for one thing: the way out, and that thing, whose verb is the child. */
export function DialogActions({ onCancel, ...action }: Omit<ButtonProps, "ref"> & { onCancel: () => void }) {
  return (
    <>
      <Button onPress={onCancel}>{t("app.cancel")}</Button>
      <Button look="primary" {...action} />
    </>
  );
}

export interface Question {
  title: string;
  text?: ReactNode;
  /** The verb on the button. */
  action: string;
  danger?: boolean;
  /** A third way out, as "Discard". */
  other?: { text: string; value: string };
}

type Ask = { question: Question; answer: (value: string | null) => void };
let show: ((ask: Ask) => void) | undefined;
/** Asked before there was somebody to show it. */
let early: Ask | null = null;

/** Ask a question. Gives "yes", the other way's value, or null. `Questions` stands once in the page. */
export function ask(question: Question): Promise<string | null> {
  return new Promise((answer) => {
    if (show) show({ question, answer });
    else {
      early = { question, answer };
      shownNow();
    }
  });
}

export const confirm = async (question: Question): Promise<boolean> => (await ask(question)) === "yes";

export function Questions() {
  const [current, setCurrent] = useState<Ask | null>(null);
  useEffect(() => {
    show = setCurrent;
    if (early) setCurrent(early);
    early = null;
    return () => {
      show = undefined;
    };
  }, []);
  if (!current) return null;
  const { question } = current;
  const answer = (value: string | null) => {
    setCurrent(null);
    current.answer(value);
  };
  return (
    <Dialog
      isOpen
      size="small"
      role="alertdialog"
      title={question.title}
      onClose={() => answer(null)}
      footer={
        <>
          <Button onPress={() => answer(null)}>{t("app.cancel")}</Button>
          {question.other && (
            <Button onPress={() => answer(question.other?.value ?? null)}>{question.other.text}</Button>
          )}
          <Button look={question.danger ? "danger" : "primary"} autoFocus onPress={() => answer("yes")}>
            {question.action}
          </Button>
        </>
      }
    >
      <div className="text-fg-2">{question.text}</div>
    </Dialog>
  );
}
