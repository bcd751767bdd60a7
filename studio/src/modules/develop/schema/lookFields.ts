/** An icon and a colour to pick: of a collection, and of each choice. */
import type { Field } from "~/api/types";
import { optionFields } from "~/form/options";
import { t } from "~/i18n/words/admin";

export const lookFields = (): Field[] =>
  optionFields([
    { field: "icon", name: t("develop.options.icon"), type: "string", interface: "select-icon" },
    { field: "color", name: t("develop.options.color"), type: "string", interface: "select-color" },
  ]);
