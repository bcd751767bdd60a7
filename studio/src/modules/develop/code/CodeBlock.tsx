/** Code to read and to copy. */
import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { t } from "~/i18n/words/admin";
import { IconButton } from "~/kit/Button";
import { cx } from "~/kit/style";
import { toastError } from "~/kit/Toast";

export function CodeBlock({ code, label, className }: { code: string; label: string; className?: string }) {
  const [copied, setCopied] = useState(false);
  async function copy() {
    try {
      await navigator.clipboard.writeText(code);
      setCopied(true);
      setTimeout(() => setCopied(false), 2000);
    } catch (error) {
      toastError(error, t("develop.copy.failed"));
    }
  }
  return (
    <div dir="ltr" className={cx("relative min-w-0", className)}>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
        tabIndex={0}
        aria-label={label}
        className="max-h-96 overflow-auto bg-surface p-3 pe-12 outline-offset-[-2px]"
      >
        <pre className="text-start font-mono text-[12.5px]/[18px] break-words whitespace-pre-wrap">{code}</pre>
      </section>
      <IconButton
        label={t(copied ? "develop.copied" : "develop.copy", { what: label })}
        onPress={() => void copy()}
        className="absolute end-1 top-1 bg-surface"
      >
        {copied ? <Check size={16} /> : <Copy size={16} />}
      </IconButton>
    </div>
  );
}
