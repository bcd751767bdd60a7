/** What dialogs and drawers are made of: loaded when the first one opens. */
import { X } from "lucide-react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { t } from "~/i18n/i18n";
import { IconButton } from "./Button";
import type { DialogProps, DrawerProps } from "./Dialog";
import { cx } from "./style";

function useClose({ onClose, beforeClose }: Pick<DialogProps, "onClose" | "beforeClose">): () => Promise<void> {
  return async () => {
    if (!beforeClose || (await beforeClose())) onClose();
  };
}

const BACKDROP = "fixed inset-0 z-10 bg-backdrop data-[entering]:animate-[st-fade_120ms_ease-out]";

export function DialogSurface({
  isOpen,
  title,
  actions,
  children,
  footer,
  isDismissable = true,
  size = "medium",
  role = "dialog",
  ...props
}: DialogProps) {
  const close = useClose(props);
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
        <AriaDialog role={role} className="flex min-h-0 flex-col break-words outline-none">
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

export function DrawerSurface({
  isOpen,
  title,
  actions,
  children,
  footer,
  isDismissable = true,
  size = "medium",
  ...props
}: DrawerProps) {
  const close = useClose(props);
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
            <Heading
              slot="title"
              title={typeof title === "string" ? title : undefined}
              className="min-w-0 flex-1 truncate text-[16px] font-semibold"
            >
              {title}
            </Heading>
            {actions}
          </header>
          <div className="min-h-0 flex-1 overflow-auto p-5">{children}</div>
          {footer && <footer className="action-bar justify-end px-5">{footer}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
