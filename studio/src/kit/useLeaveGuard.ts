/** Asks before a page whose changes are not saved is left. */
import { useBlocker } from "@tanstack/react-router";
import { t } from "~/i18n/i18n";
import { confirm } from "./Dialog";

export function useLeaveGuard(active: boolean): void {
  useBlocker({
    disabled: !active,
    enableBeforeUnload: () => active,
    // what changes only the query of the address stays on the page
    shouldBlockFn: async ({ current, next }) =>
      current.pathname !== next.pathname &&
      !(await confirm({
        title: t("app.leave"),
        text: t("app.leave.text"),
        action: t("app.leave.action"),
        danger: true,
      })),
  });
}
