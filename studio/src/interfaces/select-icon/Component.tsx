/** An icon by its name, picked from all there are. */
import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useDeferredValue, useState } from "react";
import {
  Button as AriaButton,
  Autocomplete,
  Dialog,
  DialogTrigger,
  ListBox,
  ListBoxItem,
  Popover,
} from "react-aria-components";
import type { InterfaceProps } from "~/extensions/contract";
import { t } from "~/i18n/words/item";
import { IconButton } from "~/kit/Button";
import { SearchField } from "~/kit/fields";
import { Icon, iconNames } from "~/kit/Icon";
import { CONTROL, cx, OVERLAY } from "~/kit/style";

/** More are found by searching. */
const SHOWN = 140;

export default function IconInterface({
  value,
  onChange,
  disabled,
  readonly,
  labelId,
  describedBy,
  autoFocus,
}: InterfaceProps<string>) {
  const [isOpen, setOpen] = useState(false);
  const fixed = disabled || readonly;
  return (
    <div className="flex items-center gap-1">
      <DialogTrigger isOpen={isOpen} onOpenChange={setOpen}>
        <AriaButton
          isDisabled={fixed}
          autoFocus={autoFocus}
          aria-labelledby={`${labelId} ${labelId}-icon`}
          aria-describedby={describedBy}
          className={cx(CONTROL, "flex min-w-0 flex-1 items-center gap-2 text-start")}
        >
          {value && <Icon name={value} size={18} />}
          <span id={`${labelId}-icon`} className={cx("truncate", !value && "text-fg-3")}>
            {value || t("interfaces.icon.choose")}
          </span>
        </AriaButton>
        <Popover offset={4} placement="bottom start" className={cx(OVERLAY, "w-80")}>
          <Dialog aria-label={t("interfaces.icon.choose")} className="outline-none">
            <Icons
              chosen={value ?? null}
              onChoose={(name) => {
                onChange(name);
                setOpen(false);
              }}
            />
          </Dialog>
        </Popover>
      </DialogTrigger>
      {value && !fixed && (
        <IconButton label={t("app.clear")} onPress={() => onChange(null)}>
          <X size={16} />
        </IconButton>
      )}
    </div>
  );
}

function Icons({ chosen, onChoose }: { chosen: string | null; onChoose: (name: string) => void }) {
  const [search, setSearch] = useState("");
  const wanted = useDeferredValue(search.trim().toLowerCase());
  const names = useQuery({
    queryKey: ["icons"],
    queryFn: async () => [...(await iconNames())],
    staleTime: Number.POSITIVE_INFINITY,
  });
  const shown = (names.data ?? []).filter((name) => name.includes(wanted.replace(/\s+/g, "-"))).slice(0, SHOWN);
  return (
    <Autocomplete inputValue={search} onInputChange={setSearch}>
      <div className="border-b border-line p-2">
        <SearchField label={t("interfaces.icon.search")} autoFocus />
      </div>
      <ListBox
        aria-label={t("interfaces.icon.choose")}
        layout="grid"
        items={shown.map((id) => ({ id }))}
        selectionMode="single"
        selectedKeys={chosen ? [chosen] : []}
        onAction={(key) => onChoose(String(key))}
        onSelectionChange={(keys) => keys !== "all" && keys.size > 0 && onChoose(String([...keys][0]))}
        renderEmptyState={() => (
          <p className="col-span-full p-3 text-dense text-fg-3">
            {names.isPending ? t("app.loading") : t("interfaces.icon.none")}
          </p>
        )}
        className="grid max-h-64 grid-cols-7 gap-1 overflow-auto p-2 outline-none"
      >
        {({ id }) => (
          <ListBoxItem
            id={id}
            textValue={id}
            aria-label={id}
            className="flex size-9 cursor-default items-center justify-center rounded-control outline-none data-[focused]:bg-hover data-[selected]:bg-selected data-[selected]:text-accent-strong"
          >
            <span title={id}>
              <Icon name={id} size={20} />
            </span>
          </ListBoxItem>
        )}
      </ListBox>
    </Autocomplete>
  );
}
