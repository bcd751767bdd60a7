/** What may lie over every page: questions, messages. */
import { Questions } from "~/kit/Dialog";
import { Toasts } from "~/kit/Toast";

export function Overlays() {
  return (
    <>
      <Questions />
      <Toasts />
    </>
  );
}
