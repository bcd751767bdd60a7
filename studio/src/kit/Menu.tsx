import type { ReactElement, ReactNode } from "react";
import { later } from "./later";
import { Opener } from "./Opener";

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

const MenuPopover = later(() => import("./floating").then((file) => file.MenuPopover));
const MenuList = later(() => import("./floating").then((file) => file.MenuList));

export const MENU = [MenuPopover, MenuList];

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
    <Opener opens="menu" trigger={children}>
      {(opened) => (
        <MenuPopover {...opened} label={label}>
          <MenuList
            id={opened.id}
            label={label}
            commands={commands}
            title={title}
            autoFocus={opened.focus}
            onClose={() => opened.onOpenChange(false)}
          />
        </MenuPopover>
      )}
    </Opener>
  );
}
