/** What a new field can be: a button that opens a list which filters while typing. */
import { Plus } from "lucide-react";
import { useState } from "react";
import { Autocomplete, DialogTrigger, Menu, MenuItem, Popover, Text, useFilter } from "react-aria-components";
import { t } from "~/i18n/words/admin";
import { Button, type Look } from "~/kit/Button";
import { OPTION, SearchField } from "~/kit/fields";
import { cx, OVERLAY } from "~/kit/style";
import { KINDS } from "./kinds";

export function FieldPalette({ onPick, look }: { onPick: (kind: string) => void; look?: Look }) {
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState("");
  const { contains } = useFilter({ sensitivity: "base" });
  const choices = KINDS.map(({ id, icon }) => ({
    id,
    icon,
    name: t(`develop.kind.${id}`),
    note: t(`develop.kind_note.${id}`),
  }));
  // what is called so comes before what only mentions it
  const words = text.trim().toLowerCase();
  const rank = ({ name }: { name: string }) => {
    const at = name.toLowerCase().indexOf(words);
    return at === 0 ? 0 : at > 0 ? 1 : 2;
  };
  if (words) choices.sort((a, b) => rank(a) - rank(b));
  return (
    <DialogTrigger
      isOpen={isOpen}
      onOpenChange={(open) => {
        setOpen(open);
        setText("");
      }}
    >
      <Button look={look} icon={<Plus size={16} />} className="self-start">
        {t("develop.field")}
      </Button>
      <Popover
        offset={4}
        placement="bottom start"
        className={cx(OVERLAY, "flex w-96 max-w-[calc(100vw-2rem)] flex-col")}
      >
        <Autocomplete filter={contains} inputValue={text} onInputChange={setText}>
          <SearchField label={t("develop.field.search")} autoFocus className="m-2" />
          <div
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keyboard
            tabIndex={0}
            className="max-h-96 overflow-auto border-t border-line outline-offset-[-2px]"
          >
            <Menu
              aria-label={t("develop.field.kinds")}
              items={choices}
              className="p-1 outline-none"
              renderEmptyState={() => (
                <div className="px-2 py-3 text-dense text-fg-3">{t("develop.field.no_kind")}</div>
              )}
              onAction={(key) => {
                setOpen(false);
                onPick(String(key));
              }}
            >
              {({ id, icon: Icon, name, note }) => (
                <MenuItem id={id} textValue={`${name} ${note}`} className={OPTION}>
                  <Icon size={16} aria-hidden className="shrink-0 text-fg-2" />
                  <Text slot="label" className="shrink-0 font-medium">
                    {name}
                  </Text>
                  <Text slot="description" className="min-w-0 flex-1 truncate text-end text-caption text-fg-3">
                    {note}
                  </Text>
                </MenuItem>
              )}
            </Menu>
          </div>
        </Autocomplete>
      </Popover>
    </DialogTrigger>
  );
}
