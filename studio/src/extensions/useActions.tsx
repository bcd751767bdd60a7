/** Actions of extensions as commands of a menu. */
import { Icon } from "~/kit/Icon";
import { type ActionContribution, actions, isFor } from "./contributions";
import { useAll } from "./kind";
import { textOf } from "./texts";

export interface ActionCommand {
  id: string;
  text: string;
  icon: React.ReactNode;
  onAction: () => void;
}

/** `context`: what the handler gets, asked for when it runs. */
export function useActions(
  on: ActionContribution["on"],
  collection: string,
  context: () => Record<string, unknown> | Promise<Record<string, unknown>>,
): ActionCommand[] {
  return useAll(actions)
    .filter((one) => one.on === on && isFor(one, collection))
    .map((one) => ({
      id: `extension.${one.id}`,
      text: textOf(one.label),
      icon: <Icon name={one.icon ?? "puzzle"} />,
      onAction: () =>
        void (async () => {
          const { runHandler } = await import("./running");
          await runHandler(one.extension, one.handler, { collection, ...(await context()) });
        })(),
    }));
}
