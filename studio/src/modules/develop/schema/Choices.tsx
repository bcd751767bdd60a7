/** The choices of a field: what people see, what is stored, a colour. */
import { Plus, Shapes, X } from "lucide-react";
import { useRef, useState } from "react";
import { Form } from "~/form/Form";
import { t } from "~/i18n/words/admin";
import { Button, IconButton } from "~/kit/Button";
import { Select, TextField } from "~/kit/fields";
import { Icon } from "~/kit/Icon";
import { lookFields } from "./lookFields";
import { nameOf } from "./names";

export interface ChoiceOption {
  text: string;
  value: string;
  color?: string | null;
  icon?: string | null;
}

const COLORS = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => `var(--st-series-${number})`);

export function Choices({
  choices,
  onChange,
}: {
  choices: readonly ChoiceOption[];
  onChange: (choices: ChoiceOption[]) => void;
}) {
  const [open, setOpen] = useState<number | null>(null);
  const list = useRef<HTMLUListElement>(null);
  const set = (index: number, changes: Partial<ChoiceOption>) =>
    onChange(choices.map((one, place) => (place === index ? { ...one, ...changes } : one)));
  const add = () => {
    onChange([...choices, { text: "", value: "" }]);
    requestAnimationFrame(() => {
      list.current?.querySelector<HTMLInputElement>("li:last-child input")?.focus();
    });
  };
  return (
    <div className="flex flex-col gap-1.5">
      <span className="text-dense font-medium">{t("develop.choices")}</span>
      <ul ref={list} className="flex flex-col gap-1.5">
        {choices.map((choice, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: choices have no other identity while they are typed
          <li key={index} className="flex flex-wrap items-center gap-1.5">
            <ColorDot color={choice.color ?? null} onChange={(color) => set(index, { color })} text={choice.text} />
            <TextField
              aria-label={t("develop.choices.text", { number: index + 1 })}
              placeholder={t("develop.choices.label")}
              className="min-w-24 flex-1"
              value={choice.text}
              onChange={(text) =>
                set(index, { text, ...(choice.value === nameOf(choice.text) ? { value: nameOf(text) } : {}) })
              }
            />
            <TextField
              aria-label={t("develop.choices.value", { number: index + 1 })}
              className="w-32"
              mono
              value={choice.value}
              onChange={(value) => set(index, { value })}
            />
            <IconButton
              label={t("develop.choices.look", { name: choice.text })}
              aria-expanded={open === index}
              onPress={() => setOpen(open === index ? null : index)}
            >
              {choice.icon ? <Icon name={choice.icon} /> : <Shapes size={16} />}
            </IconButton>
            <IconButton
              label={t("develop.remove", { name: choice.text })}
              onPress={() => {
                setOpen(null);
                onChange(choices.filter((_, place) => place !== index));
              }}
            >
              <X size={16} />
            </IconButton>
            {open === index && (
              <div className="w-full pb-2">
                <Form
                  fields={lookFields()}
                  values={{ icon: choice.icon ?? null, color: choice.color ?? null }}
                  onChange={(name, value) => set(index, { [name]: value ?? null })}
                />
              </div>
            )}
          </li>
        ))}
      </ul>
      <Button look="quiet" icon={<Plus size={16} />} className="self-start" onPress={add}>
        {t("develop.choices.add")}
      </Button>
    </div>
  );
}

function ColorDot({
  color,
  onChange,
  text,
}: {
  color: string | null;
  onChange: (color: string | null) => void;
  text: string;
}) {
  const names = ["indigo", "teal", "green", "amber", "red", "pink", "blue", "sand"];
  return (
    <Select
      aria-label={t("develop.choices.color", { name: text })}
      className="w-28"
      choices={[
        { id: "", text: t("develop.choices.no_color") },
        ...COLORS.map((one, index) => ({ id: one, text: t(`develop.color.${names[index]}`), color: one })),
        // picked freely
        ...(color && !COLORS.includes(color) ? [{ id: color, text: color, color }] : []),
      ]}
      value={color ?? ""}
      onChange={(value) => onChange(value || null)}
    />
  );
}
