import type { ReactNode } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";

/**
 * A dialog with one way out: what it asks for. Nothing closes it, not Escape either, and a drawer that opens later (its
 * code may be on its way) stays beneath it: React Aria neither hides the top layer from people nor keeps them out of it.
 */
export function BareDialog({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <ModalOverlay
      isOpen
      isKeyboardDismissDisabled
      data-react-aria-top-layer="true"
      className="fixed inset-0 z-30 flex items-center justify-center bg-backdrop p-4 data-[entering]:animate-[st-fade_120ms_ease-out]"
    >
      <Modal className="max-h-full w-full max-w-md overflow-auto rounded-dialog border border-line bg-raised shadow-overlay">
        <Dialog role="alertdialog" className="flex flex-col gap-4 p-5 outline-none">
          <Heading slot="title" className="text-section font-semibold">
            {title}
          </Heading>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
