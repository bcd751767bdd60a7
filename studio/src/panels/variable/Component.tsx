/** A value that other panels take into their filters. */
import type { PanelProps } from "~/extensions/contract";
import { Form } from "~/form/Form";
import { optionFields } from "~/form/options";
import { t } from "~/i18n/words/insights";
import { storedChoices } from "~/interfaces/choices";

interface Options {
  field?: string;
  type?: string;
  /** The interface, where the type alone does not say it. */
  inter?: string;
  choices?: unknown;
  options?: Record<string, unknown> | null;
}

const INTERFACES: Record<string, string> = { date: "datetime", boolean: "boolean" };

export default function VariablePanel({ options, variables, onVariable }: PanelProps<Options>) {
  const { field, type = "string" } = options;
  if (!field) return <p className="px-4 py-3 text-fg-2">{t("panels.unset")}</p>;
  const choices = storedChoices(options.choices ?? options.options?.choices);
  const inter = options.inter ?? (choices.length ? "select-dropdown" : (INTERFACES[type] ?? "input"));
  const [drawn] = optionFields([
    { field, name: field, type, interface: inter, options: { ...options.options, choices, allowNone: true } },
  ]);
  return (
    <div className="h-full overflow-auto px-4 py-2">
      {drawn && (
        <Form
          fields={[drawn]}
          mode="batch"
          values={{ [field]: variables[field] ?? null }}
          onChange={(_, value) => onVariable?.(field, value)}
        />
      )}
    </div>
  );
}
