/** What the command palette finds of Develop. */
import { Plus } from "lucide-react";
import { t } from "~/i18n/words/admin";
import type { PaletteCommand } from "~/shell/commands";
import { ROOMS } from "./rooms";

export const commands = (): PaletteCommand[] => [
  ...ROOMS.map(({ id, path, icon: Icon }) => ({
    id: `develop.${id}`,
    text: t(`develop.room.${id}`),
    keywords: t(`develop.keywords.${id}`),
    context: t("shell.develop"),
    icon: <Icon size={16} />,
    href: path,
  })),
  {
    id: "develop.new",
    text: t("develop.new"),
    keywords: t("develop.keywords.new"),
    context: t("shell.develop"),
    icon: <Plus size={16} />,
    href: "/develop/schema?new=collection",
  },
];
