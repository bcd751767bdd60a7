/** What may lie over every page: questions, messages, the log-in again. */
import { lazy, Suspense } from "react";
import { usePhase } from "~/api/session";
import { Questions } from "~/kit/Dialog";
import { Toasts } from "~/kit/Toasts";

const Relogin = lazy(() => import("./Relogin"));

export default function Overlays() {
  const phase = usePhase();
  return (
    <>
      <Suspense>{(phase === "ended" || phase === "other") && <Relogin phase={phase} />}</Suspense>
      <Questions />
      <Toasts />
    </>
  );
}
