/** Asks before a page with unsaved changes is left. */
import { useBlocker } from "@tanstack/react-router";
import { t } from "~/i18n/words/item";
import { ask } from "~/kit/Dialog";

export function useGuard(active: boolean, save: () => Promise<boolean>, discard: () => void): void {
  useBlocker({
    disabled: !active,
    enableBeforeUnload: () => active,
    shouldBlockFn: async ({ current, next }) => {
      if (current.pathname === next.pathname) return false;
      const answer = await ask({
        title: t("item.leave.title"),
        text: t("item.leave.text"),
        action: t("item.leave.save"),
        other: { text: t("item.leave.discard"), value: "discard" },
      });
      if (answer === "yes") return !(await save());
      if (answer !== "discard") return true;
      discard();
      return false;
    },
  });
}
