import type { ReactNode } from "react";
import { Menu as AriaMenu, MenuItem as AriaMenuItem, Header, MenuSection, Separator } from "react-aria-components";
import type { Command, Commands } from "./Menu";
import { cx, OPTION, OVERLAY } from "./style";

/** The commands of a menu, for a popover that somebody else opens. */
export function MenuList({
  id,
  label,
  commands,
  title,
  autoFocus = "first",
  onClose,
}: {
  id?: string;
  label: string;
  commands: Commands;
  title?: ReactNode;
  autoFocus?: "first" | "last" | true;
  /** A command was chosen. */
  onClose?: () => void;
}) {
  const groups = commands.map((group) => group.filter((one) => !!one) as Command[]).filter((group) => group.length);
  return (
    <AriaMenu id={id} aria-label={label} autoFocus={autoFocus} onClose={onClose} className="outline-none">
      {groups.map((group, index) => (
        <MenuSection key={group[0]?.id} aria-label={label}>
          {index === 0 && title && <Header className="px-2 py-1.5 text-caption text-fg-3">{title}</Header>}
          {index > 0 && <Separator className="my-1 h-px bg-line" />}
          {group.map((command) => (
            <AriaMenuItem
              key={command.id}
              id={command.id}
              textValue={command.text}
              href={command.href}
              isDisabled={command.disabled}
              onAction={command.onAction}
              className={cx(OPTION, command.danger && "text-danger-fg")}
            >
              <span className="flex size-4 shrink-0 items-center justify-center">{command.icon}</span>
              <span className="flex-1">{command.text}</span>
              {command.shortcut && <kbd className="ps-4 font-sans text-caption text-fg-3">{command.shortcut}</kbd>}
            </AriaMenuItem>
          ))}
        </MenuSection>
      ))}
    </AriaMenu>
  );
}

export const MENU_SURFACE = cx(OVERLAY, "max-h-[70vh] min-w-44 overflow-auto p-1");
