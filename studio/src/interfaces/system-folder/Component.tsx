/** A folder of the file library. */
import { FolderOpen, X } from "lucide-react";
import { useState } from "react";
import type { InterfaceProps } from "~/extensions/contract";
import { t } from "~/i18n/words/item";
import { Button, IconButton } from "~/kit/Button";
import { ItemPicker } from "~/relations/ItemPicker";
import { LinkedText } from "~/relations/LinkedText";

export default function FolderInterface({ value, onChange, disabled, readonly }: InterfaceProps<string>) {
  const [picking, setPicking] = useState(false);
  const fixed = disabled || readonly;
  return (
    <div className="flex items-center gap-1">
      <Button icon={<FolderOpen size={16} />} isDisabled={fixed} onPress={() => setPicking(true)} className="min-w-0">
        {value ? (
          <LinkedText journal={null} collection="directus_folders" target={value} />
        ) : (
          t("interfaces.select.placeholder")
        )}
      </Button>
      {value && !fixed && (
        <IconButton label={t("app.clear")} onPress={() => onChange(null)}>
          <X size={16} />
        </IconButton>
      )}
      {picking && (
        <ItemPicker
          collection="directus_folders"
          selected={value ? [value] : []}
          onPick={([id]) => id !== undefined && onChange(String(id))}
          onClose={() => setPicking(false)}
        />
      )}
    </div>
  );
}
