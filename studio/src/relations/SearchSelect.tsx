/** A button with what is chosen; it opens a search on the server. */
import { ChevronDown } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { Autocomplete, Button, Dialog, ListBox, ListBoxItem, Popover } from "react-aria-components";
import { t } from "~/i18n/words/item";
import { type Choice, OPTION, SearchField } from "~/kit/fields";
import { CONTROL, cx, OVERLAY } from "~/kit/style";

export interface SearchSelectProps {
  id: string;
  labelId: string;
  describedBy?: string;
  disabled: boolean;
  invalid: boolean;
  autoFocus?: boolean;
  /** What the search looks for, as its accessible name. */
  name: string;
  /** null while nothing is chosen. */
  chosen: ReactNode | null;
  placeholder: string;
  choices: readonly Choice[];
  pending: boolean;
  isOpen: boolean;
  onOpen: (open: boolean) => void;
  search: string;
  onSearch: (text: string) => void;
  onChoose: (id: string) => void;
}

export function SearchSelect(props: SearchSelectProps) {
  const { id, labelId, chosen, isOpen, onOpen } = props;
  const trigger = useRef<HTMLButtonElement>(null);
  return (
    <>
      <Button
        ref={trigger}
        isDisabled={props.disabled}
        autoFocus={props.autoFocus}
        aria-labelledby={`${labelId} ${id}-text`}
        aria-describedby={props.describedBy}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onPress={() => onOpen(!isOpen)}
        className={cx(CONTROL, "flex min-w-0 flex-1 items-center gap-2 text-start", props.invalid && "border-danger!")}
      >
        <span id={`${id}-text`} className={cx("flex min-w-0 flex-1 truncate", chosen === null && "text-fg-3")}>
          {chosen ?? props.placeholder}
        </span>
        <ChevronDown size={16} aria-hidden className="shrink-0 text-fg-3" />
      </Button>
      <Popover
        triggerRef={trigger}
        isOpen={isOpen}
        onOpenChange={onOpen}
        offset={4}
        className={cx(OVERLAY, "flex w-(--trigger-width) min-w-64 flex-col")}
      >
        <Dialog aria-label={props.name} className="flex max-h-80 flex-col outline-none">
          <Autocomplete inputValue={props.search} onInputChange={props.onSearch}>
            <div className="border-b border-line p-2">
              <SearchField label={props.name} autoFocus />
            </div>
            <ListBox
              aria-label={props.name}
              items={props.choices}
              onAction={(key) => props.onChoose(String(key))}
              className={cx("min-h-0 flex-1 overflow-auto p-1 outline-none", props.pending && "opacity-60")}
              renderEmptyState={() => (
                <p className="px-2 py-3 text-dense text-fg-3">
                  {props.pending ? t("app.loading") : t("relations.no_match")}
                </p>
              )}
            >
              {(choice) => (
                <ListBoxItem id={choice.id} textValue={choice.text} className={OPTION}>
                  {choice.icon}
                  <span className="min-w-0 flex-1 truncate">{choice.text}</span>
                </ListBoxItem>
              )}
            </ListBox>
          </Autocomplete>
        </Dialog>
      </Popover>
    </>
  );
}
