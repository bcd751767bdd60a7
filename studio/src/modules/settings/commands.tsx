/** What the command palette finds of the settings. */
import { t } from "~/i18n/words/admin";
import type { PaletteCommand } from "~/shell/commands";
import { GROUPS } from "./rooms";

export const commands = (): PaletteCommand[] =>
  GROUPS.flatMap(({ rooms }) => rooms).map(({ id, path, icon: Icon }) => ({
    id: `settings.${id}`,
    text: t(`settings.room.${id}`),
    keywords: t(`settings.keywords.${id}`),
    context: t("shell.settings"),
    icon: <Icon size={16} />,
    href: path,
  }));
