import type { ReactElement, ReactNode } from "react";
import {
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  Header,
  MenuSection,
  MenuTrigger,
  Popover,
  Separator,
} from "react-aria-components";
import { cx, OPTION, OVERLAY } from "./style";

export interface Command {
  id: string;
  text: string;
  icon?: ReactNode;
  shortcut?: string;
  /** Removes or destroys something. */
  danger?: boolean;
  disabled?: boolean;
  onAction?: () => void;
  href?: string;
}

/** Groups of commands; a line stands between groups. */
export type Commands = (Command | false | null | undefined)[][];

/** The commands of a menu, for a popover that somebody else opens. */
export function MenuList({
  label,
  commands,
  title,
  onClose,
}: {
  label: string;
  commands: Commands;
  title?: ReactNode;
  /** A command was chosen. */
  onClose?: () => void;
}) {
  const groups = commands.map((group) => group.filter((one) => !!one) as Command[]).filter((group) => group.length);
  return (
    <AriaMenu aria-label={label} autoFocus="first" onClose={onClose} className="outline-none">
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

/** A button (the child) that opens a menu. */
export function Menu({
  label,
  commands,
  title,
  children,
}: {
  label: string;
  commands: Commands;
  title?: ReactNode;
  children: ReactElement;
}) {
  return (
    <MenuTrigger>
      {children}
      <Popover offset={4} className={MENU_SURFACE}>
        <MenuList label={label} commands={commands} title={title} />
      </Popover>
    </MenuTrigger>
  );
}
