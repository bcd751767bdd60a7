/** What can be done with the value of one field. */
import { ArrowRightLeft, Braces, ClipboardPaste, Copy, Eraser, History, RotateCcw, Undo2 } from "lucide-react";
import type { RefObject } from "react";
import { fieldName } from "~/api/names";
import type { Field } from "~/api/types";
import { t } from "~/i18n/words/item";
import { MenuList, MenuPopover } from "~/kit/floating";
import { toast } from "~/kit/Toast";
import { useForm } from "./context";
import { relationKind } from "./fields";
import { fromRaw, toRaw } from "./raw";

export function FieldMenu({
  field,
  anchor,
  onRaw,
  onHistory,
  onClose,
}: {
  field: Field;
  /** The button that opened it. */
  anchor: RefObject<HTMLElement | null>;
  onRaw: (field: Field) => void;
  onHistory?: (field: Field) => void;
  onClose: () => void;
}) {
  const { store, disabled, locked, sources } = useForm();
  const name = field.field;
  const fixed = disabled || Boolean(field.meta?.readonly) || Boolean(locked?.has(name));
  // links are no values: they come and go in their own list
  const plain = !(field.type === "alias" && relationKind(field));
  const value = store.get(name);
  const initial = field.schema?.default_value ?? null;

  const copy = async () => {
    await navigator.clipboard.writeText(toRaw(value));
    toast({ kind: "success", text: t("form.copied") });
  };
  const paste = async () => {
    try {
      store.set(name, fromRaw(await navigator.clipboard.readText(), field.type));
    } catch (error) {
      toast({ kind: "error", text: t("form.paste_failed"), detail: (error as Error).message });
    }
  };
  return (
    <MenuPopover
      label={t("form.menu", { field: fieldName(field) })}
      triggerRef={anchor}
      onOpenChange={onClose}
      placement="bottom end"
    >
      <MenuList
        onClose={onClose}
        label={t("form.menu", { field: fieldName(field) })}
        title={<span className="font-mono">{name}</span>}
        commands={[
          [
            plain && { id: "copy", text: t("form.copy_raw"), icon: <Copy size={16} />, onAction: () => void copy() },
            plain &&
              !fixed && {
                id: "paste",
                text: t("form.paste_raw"),
                icon: <ClipboardPaste size={16} />,
                onAction: () => void paste(),
              },
            plain && {
              id: "raw",
              text: fixed ? t("form.view_raw") : t("form.edit_raw"),
              icon: <Braces size={16} />,
              onAction: () => onRaw(field),
            },
          ],
          fixed || !plain
            ? []
            : (sources?.() ?? []).map((source) => {
                const found = source.valueOf(name);
                return {
                  id: `from ${source.name}`,
                  text: t("form.copy_from", { name: source.name }),
                  icon: <ArrowRightLeft size={16} />,
                  disabled: found === null || found === undefined || found === "",
                  onAction: () => store.set(name, found),
                };
              }),
          [
            !fixed && {
              id: "undo",
              text: t("form.undo"),
              icon: <Undo2 size={16} />,
              disabled: !store.dirty(name),
              onAction: () => store.undo(name),
            },
            !fixed &&
              plain &&
              initial !== null && {
                id: "default",
                text: t("form.default"),
                icon: <RotateCcw size={16} />,
                onAction: () => store.set(name, initial),
              },
            !fixed &&
              plain && {
                id: "clear",
                text: t("app.clear"),
                icon: <Eraser size={16} />,
                disabled: value === null || value === undefined,
                onAction: () => store.set(name, null),
              },
          ],
          [
            onHistory !== undefined && {
              id: "history",
              text: t("form.history"),
              icon: <History size={16} />,
              onAction: () => onHistory(field),
            },
          ],
        ]}
      />
    </MenuPopover>
  );
}
