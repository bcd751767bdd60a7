/** The messages in the corner. */
import { CircleAlert, CircleCheck, Info, X } from "lucide-react";
import {
  Button as AriaButton,
  Text,
  UNSTABLE_Toast,
  UNSTABLE_ToastContent,
  UNSTABLE_ToastQueue,
  UNSTABLE_ToastRegion,
} from "react-aria-components";
import { t } from "~/i18n/i18n";
import { cx } from "./style";
import { type Message, showToasts } from "./Toast";

const queue = new UNSTABLE_ToastQueue<Message>({ maxVisibleToasts: 4 });

showToasts((message) => {
  const key = queue.add(message, { timeout: message.kind === "error" ? undefined : message.action ? 12_000 : 6_000 });
  return () => queue.close(key);
});

const ICONS = { success: CircleCheck, error: CircleAlert, info: Info };
const COLORS = { success: "text-success-fg", error: "text-danger-fg", info: "text-info-fg" };

export function Toasts() {
  return (
    <UNSTABLE_ToastRegion
      queue={queue}
      aria-label={t("app.messages")}
      className="messages fixed end-4 z-20 flex flex-col gap-2 outline-none max-sm:inset-x-2"
    >
      {({ toast: one }) => {
        const { kind, text, detail, action } = one.content;
        const Icon = ICONS[kind];
        return (
          <UNSTABLE_Toast
            toast={one}
            className="flex max-w-md items-start gap-2.5 rounded-card border border-line bg-raised p-3 shadow-overlay"
          >
            <Icon size={18} aria-hidden className={cx("mt-px shrink-0", COLORS[kind])} />
            <UNSTABLE_ToastContent className="min-w-0 flex-1">
              <Text slot="title" className="block break-words font-medium">
                {text}
              </Text>
              {detail && (
                <Text slot="description" className="block break-words text-dense text-fg-2">
                  {detail}
                </Text>
              )}
            </UNSTABLE_ToastContent>
            {action && (
              <AriaButton
                className="rounded-control px-2 font-medium text-accent data-[hovered]:bg-hover"
                onPress={() => {
                  queue.close(one.key);
                  action.run();
                }}
              >
                {action.text}
              </AriaButton>
            )}
            <AriaButton
              slot="close"
              aria-label={t("app.close")}
              className="touch flex size-6 items-center justify-center rounded-control text-fg-2 data-[hovered]:bg-hover"
            >
              <X size={14} />
            </AriaButton>
          </UNSTABLE_Toast>
        );
      }}
    </UNSTABLE_ToastRegion>
  );
}
