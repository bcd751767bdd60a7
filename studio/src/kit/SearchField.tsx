import { Search, X } from "lucide-react";
import {
  SearchField as AriaSearchField,
  type SearchFieldProps as AriaSearchFieldProps,
  Button,
  Input,
} from "react-aria-components";
import { t } from "~/i18n/i18n";
import { onFirstMatch } from "./firstMatch";
import { CONTROL, cx } from "./style";

export function SearchField({
  label,
  className,
  placeholder,
  onFirst,
  ...props
}: Omit<AriaSearchFieldProps, "className" | "children"> & {
  label: string;
  className?: string;
  placeholder?: string;
  /** Pick the first match, where the field has matches. */
  onFirst?: () => void;
}) {
  return (
    <AriaSearchField
      {...props}
      aria-label={label}
      className={cx("group relative flex min-w-0 items-center", className)}
    >
      <Search size={16} aria-hidden className="pointer-events-none absolute start-2.5 text-fg-3" />
      <Input
        placeholder={placeholder ?? label}
        onKeyDown={onFirst && onFirstMatch(onFirst)}
        className={cx(CONTROL, "ps-8 pe-8 [&::-webkit-search-cancel-button]:hidden")}
      />
      <Button
        aria-label={t("app.clear")}
        className="touch absolute end-1 flex size-6 items-center justify-center rounded-control text-fg-2 group-data-[empty]:hidden data-[hovered]:text-fg"
      >
        <X size={14} />
      </Button>
    </AriaSearchField>
  );
}
