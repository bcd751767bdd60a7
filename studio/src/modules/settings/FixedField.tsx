/** A setting that the start of the program fixes: to be seen, not to be changed here. */
import { useQuery } from "@tanstack/react-query";
import { Lock } from "lucide-react";
import { t } from "~/i18n/words/admin";
import { TextField } from "~/kit/fields";
import { fixedQuery } from "./data";

/** Nothing where nobody gave the setting. */
export function FixedField({ name, note }: { name: string; note?: string }) {
  const found = useQuery(fixedQuery).data?.[name];
  if (!found) return null;
  const by = t("settings.fixed", { by: found.by });
  return (
    <TextField
      label={t(`settings.fixed.${name}`)}
      note={note ? `${note} ${by}` : by}
      icon={<Lock size={14} />}
      value={Array.isArray(found.value) ? found.value.join(", ") : String(found.value)}
      isReadOnly
    />
  );
}
