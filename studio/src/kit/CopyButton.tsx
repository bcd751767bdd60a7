import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { t } from "~/i18n/i18n";
import { IconButton } from "./Button";

/** Put a text on the clipboard, and say so. */
export function CopyButton({ text, label, onCopied }: { text: string; label?: string; onCopied?: () => void }) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 2000);
    return () => clearTimeout(timer);
  }, [done]);
  return (
    <IconButton
      label={done ? t("app.copied") : (label ?? t("app.copy"))}
      onPress={() =>
        void navigator.clipboard?.writeText(text).then(() => {
          setDone(true);
          onCopied?.();
        })
      }
    >
      {done ? <Check size={16} className="text-success-fg" /> : <Copy size={16} />}
    </IconButton>
  );
}
