/** A part of a form that opens and closes, with the number of errors in it on its head. */
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Button, Disclosure, DisclosurePanel, Heading } from "react-aria-components";
import { useErrors, useForm } from "~/form/context";
import { below } from "~/form/fields";
import { t } from "~/i18n/words/item";
import { Badge } from "~/kit/bits";
import { Icon } from "~/kit/Icon";

/** How many fields below a group have errors. */
export function useErrorCount(group: string): number {
  const { fields } = useForm();
  const errors = useErrors();
  return below(fields, group).filter((field) => errors[field.field]).length;
}

export function ErrorCount({ count }: { count: number }) {
  return count > 0 ? <Badge tone="danger">{t("interfaces.errors", { count })}</Badge> : null;
}

export function Section({
  id,
  title,
  icon,
  color,
  note,
  errors,
  isExpanded,
  onExpanded,
  defaultExpanded,
  children,
}: {
  id?: string;
  title: ReactNode;
  icon?: string | null;
  color?: string | null;
  note?: string | null;
  errors: number;
  isExpanded?: boolean;
  onExpanded?: (open: boolean) => void;
  defaultExpanded?: boolean;
  children: ReactNode;
}) {
  return (
    <Disclosure
      id={id}
      isExpanded={isExpanded}
      onExpandedChange={onExpanded}
      defaultExpanded={defaultExpanded}
      className="group/section rounded-card border border-line bg-surface"
    >
      <Heading level={3}>
        <Button
          slot="trigger"
          className="flex min-h-11 w-full items-center gap-2 rounded-card px-3.5 text-start font-semibold outline-offset-[-2px] data-[hovered]:bg-hover"
        >
          <ChevronRight
            size={16}
            aria-hidden
            className="shrink-0 text-fg-3 transition-transform group-data-[expanded]/section:rotate-90 rtl:-scale-x-100"
          />
          {icon && (
            <span style={color ? { color } : undefined} className="flex">
              <Icon name={icon} size={18} />
            </span>
          )}
          <span className="min-w-0 flex-1 truncate">{title}</span>
          <ErrorCount count={errors} />
        </Button>
      </Heading>
      <DisclosurePanel>
        <div className="border-t border-line p-4">
          {note && <p className="mb-4 text-dense text-fg-2">{note}</p>}
          {children}
        </div>
      </DisclosurePanel>
    </Disclosure>
  );
}
