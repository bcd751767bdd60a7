/** One line of text, or a number. */
import { Eye, EyeOff } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { Button as AriaButton, TextField as AriaTextField, Input } from "react-aria-components";
import type { InterfaceProps } from "~/extensions/contract";
import { t } from "~/i18n/words/item";
import { Icon } from "~/kit/Icon";
import { CONTROL, cx } from "~/kit/style";
import { cellKeys, fieldProps } from "../aria";
import { Remaining } from "../Remaining";
import { parseNumber, stepped } from "./numbers";
import { slug } from "./slug";

interface Options {
  placeholder?: string;
  iconLeft?: string;
  iconRight?: string;
  font?: string;
  softLength?: number;
  trim?: boolean;
  masked?: boolean;
  clear?: boolean;
  slug?: boolean;
  min?: number | string;
  max?: number | string;
  step?: number | string;
}

const NUMBERS = new Set(["integer", "bigInteger", "float", "decimal"]);
const FONTS: Record<string, string> = { monospace: "font-mono text-[12.5px]", serif: "font-serif" };
const limit = (value: number | string | undefined | null) =>
  value === undefined || value === null || value === "" ? undefined : Number(value);

export default function InputInterface(props: InterfaceProps<string | number, Options>) {
  const { value, field, options, onChange, mode, onCommit } = props;
  const [shown, setShown] = useState(false);
  const [draft, setDraft] = useState<{ text: string; value: unknown } | null>(null);
  const isNumber = NUMBERS.has(field.type);
  const text = draft && draft.value === (value ?? null) ? draft.text : String(value ?? "");
  const keys = cellKeys(props);

  const change = (typed: string) => {
    if (isNumber) {
      const next = parseNumber(typed, field.type);
      setDraft({ text: typed, value: next });
      onChange(next);
      return;
    }
    const next = options.slug ? slug(typed) : typed;
    onChange(next === "" && !options.clear ? null : next);
  };
  const step = (direction: 1 | -1) => {
    const next = stepped(value, limit(options.step) ?? 1, direction, limit(options.min), limit(options.max));
    setDraft(null);
    onChange(parseNumber(next, field.type));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (isNumber && !props.readonly && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      step(event.key === "ArrowUp" ? 1 : -1);
    }
    keys?.(event);
  };
  const onBlur = () => {
    setDraft(null);
    if (typeof value === "string" && !isNumber) {
      let next = value;
      if (options.trim) next = next.trim();
      if (options.slug) next = slug(next, true);
      if (next !== value) onChange(next === "" && !options.clear ? null : next);
    }
    if (mode === "cell") onCommit?.();
  };
  return (
    <AriaTextField
      {...fieldProps(props)}
      value={text}
      onChange={change}
      onBlur={onBlur}
      type={options.masked && !shown ? "password" : "text"}
      inputMode={
        isNumber ? (field.type === "integer" || field.type === "bigInteger" ? "numeric" : "decimal") : undefined
      }
      // the height is known, so that a key lays out this box alone and not the whole form
      className={cx(
        "relative flex min-w-0 items-center",
        mode === "edit" && "h-(--st-control) contain-layout contain-size",
      )}
    >
      {options.iconLeft && (
        <Icon name={options.iconLeft} className="pointer-events-none absolute start-2.5 text-fg-3" />
      )}
      <Input
        placeholder={options.placeholder ?? undefined}
        onKeyDown={onKeyDown}
        spellCheck={field.type === "uuid" || isNumber ? false : undefined}
        autoComplete={options.masked ? "new-password" : "off"}
        className={cx(
          CONTROL,
          options.iconLeft && "ps-9",
          Boolean(options.iconRight || options.masked || options.softLength) && "pe-12",
          isNumber && "tabular-nums",
          field.type === "uuid" ? FONTS.monospace : FONTS[options.font ?? ""],
        )}
      />
      {options.masked ? (
        <AriaButton
          aria-label={t(shown ? "app.password.hide" : "app.password.show")}
          onPress={() => setShown(!shown)}
          className="absolute end-0 flex size-(--st-control) items-center justify-center rounded-control text-fg-2 data-[hovered]:text-fg"
        >
          {shown ? <EyeOff size={16} /> : <Eye size={16} />}
        </AriaButton>
      ) : options.softLength ? (
        <Remaining text={text} limit={options.softLength} className="absolute end-2.5" />
      ) : (
        options.iconRight && (
          <Icon name={options.iconRight} className="pointer-events-none absolute end-2.5 text-fg-3" />
        )
      )}
    </AriaTextField>
  );
}
