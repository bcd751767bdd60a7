/** Dialogs in the middle and drawers at the side. Both close by Escape and give the focus back. */
import { X } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { t } from "~/i18n/i18n";
import { Button, IconButton } from "./Button";
import { cx } from "./style";

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

function useClose({ onClose, beforeClose }: Pick<SurfaceProps, "onClose" | "beforeClose">): () => Promise<void> {
  return async () => {
    if (!beforeClose || (await beforeClose())) onClose();
  };
}

/** When it closes and nobody is left to give the focus back to, as with what the address opened, the page gets it. */
export function useFocusAfter(isOpen: boolean): void {
  useEffect(() => {
    if (!isOpen) return;
    return () => {
      setTimeout(() => {
        if (document.activeElement === document.body) document.getElementById("main")?.focus();
      }, 50);
    };
  }, [isOpen]);
}

const BACKDROP = "fixed inset-0 z-10 bg-backdrop data-[entering]:animate-[st-fade_120ms_ease-out]";

export function Dialog({
  isOpen,
  title,
  actions,
  children,
  footer,
  isDismissable = true,
  size = "medium",
  role = "dialog",
  ...props
}: SurfaceProps & { size?: "small" | "medium" | "large"; role?: "dialog" | "alertdialog" }) {
  const close = useClose(props);
  useFocusAfter(isOpen);
  const width = { small: "max-w-md", medium: "max-w-xl", large: "max-w-4xl" }[size];
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => !open && void close()}
      isDismissable={isDismissable}
      className={cx(BACKDROP, "flex items-center justify-center p-4 max-sm:items-end max-sm:p-0")}
    >
      <Modal
        className={cx(
          "flex max-h-full w-full flex-col rounded-dialog border border-line bg-raised shadow-overlay max-sm:rounded-b-none",
          width,
        )}
      >
        <AriaDialog role={role} className="flex min-h-0 flex-col outline-none">
          <header className="flex items-center gap-2 px-5 pt-4 pb-2">
            <Heading slot="title" className="min-w-0 flex-1 text-section font-semibold">
              {title}
            </Heading>
            {actions}
            <IconButton label={t("app.close")} onPress={() => void close()} className="-me-2">
              <X size={18} />
            </IconButton>
          </header>
          <div className="min-h-0 flex-1 overflow-auto px-5 py-2">{children}</div>
          {footer && <footer className="flex flex-wrap justify-end gap-2 px-5 pt-2 pb-4">{footer}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

export function Drawer({
  isOpen,
  title,
  actions,
  children,
  footer,
  isDismissable = true,
  size = "medium",
  ...props
}: SurfaceProps & { size?: "small" | "medium" | "large" }) {
  const close = useClose(props);
  useFocusAfter(isOpen);
  const width = { small: "w-[420px]", medium: "w-[640px]", large: "w-[960px]" }[size];
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => !open && void close()}
      isDismissable={isDismissable}
      className={BACKDROP}
    >
      <Modal
        className={cx(
          "fixed inset-y-0 end-0 flex max-w-full flex-col border-s border-line bg-raised shadow-overlay data-[entering]:animate-[st-slide_180ms_ease-out] max-sm:w-full",
          width,
        )}
      >
        <AriaDialog className="flex min-h-0 flex-1 flex-col outline-none">
          <header className="flex min-h-14 items-center gap-2 border-b border-line px-5">
            <IconButton label={t("app.close")} onPress={() => void close()} className="-ms-2">
              <X size={18} />
            </IconButton>
            <Heading slot="title" className="min-w-0 flex-1 truncate text-[16px] font-semibold">
              {title}
            </Heading>
            {actions}
          </header>
          <div className="min-h-0 flex-1 overflow-auto p-5">{children}</div>
          {footer && (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">{footer}</footer>
          )}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
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
    else early = { question, answer };
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
