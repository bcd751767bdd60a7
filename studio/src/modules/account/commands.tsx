/** What the command palette finds of the pages about oneself. */
import { t } from "~/i18n/words/account";
import type { PaletteCommand } from "~/shell/commands";
import { ROOMS } from "./rooms";

export const commands = (): PaletteCommand[] =>
  ROOMS.map(({ id, path, icon: Icon }) => ({
    id: `account.${id}`,
    text: t(`account.${id}`),
    keywords: t(`account.keywords.${id}`),
    context: t("shell.account"),
    icon: <Icon size={16} />,
    href: path,
  }));
