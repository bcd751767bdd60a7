/** Asks before a page with unsaved changes is left, unless they can be kept on the server. */
import { useBlocker } from "@tanstack/react-router";
import { t } from "~/i18n/words/item";
import { ask } from "~/kit/Dialog";

export function useGuard(
  active: boolean,
  save: () => Promise<boolean>,
  discard: () => void,
  keep?: () => Promise<boolean>,
): void {
  useBlocker({
    disabled: !active,
    enableBeforeUnload: () => active,
    shouldBlockFn: async ({ current, next }) => {
      if (current.pathname === next.pathname && !keep) return false;
      if (keep && (await keep())) return false;
      if (current.pathname === next.pathname && sameVersion(current.search, next.search)) return false;
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

const sameVersion = (a: object, b: object) =>
  (a as { version?: string }).version === (b as { version?: string }).version;
