import { Search, X } from "lucide-react";
import { useRef } from "react";
import { t } from "~/i18n/i18n";
import { CONTROL, cx } from "./style";

/** A text to search by, for pages that are drawn with one: the browser's own field. Escape empties it. */
export function SearchBox({
  label,
  value,
  onChange,
  className,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  className?: string;
}) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className={cx("relative flex min-w-0 items-center", className)}>
      <Search size={16} aria-hidden className="pointer-events-none absolute start-2.5 text-fg-3" />
      <input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || !value) return;
          event.preventDefault();
          event.stopPropagation();
          onChange("");
        }}
        className={cx(CONTROL, "ps-8 pe-8 hover:border-fg-3 [&::-webkit-search-cancel-button]:hidden")}
      />
      {value && (
        <button
          type="button"
          tabIndex={-1}
          aria-label={t("app.clear")}
          onClick={() => {
            onChange("");
            input.current?.focus();
          }}
          className="touch absolute end-1 flex size-6 cursor-default items-center justify-center rounded-control text-fg-2 hover:text-fg"
        >
          <X size={14} aria-hidden />
        </button>
      )}
    </div>
  );
}
