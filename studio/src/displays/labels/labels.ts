import { readable } from "../formatted-value/text";

export interface Label {
  text: string;
  color?: string;
  background?: string;
  icon?: string;
}

interface Choice {
  text?: string;
  value?: unknown;
  color?: string | null;
  foreground?: string | null;
  background?: string | null;
  icon?: string | null;
}

/** The labels of a value or a list of values: by the choices in the options, else the values themselves. */
export function labelsOf(value: unknown, options: Record<string, unknown>): Label[] {
  if (value === null || value === undefined || value === "") return [];
  const values = Array.isArray(value) ? value : typeof value === "string" && options.csv ? value.split(",") : [value];
  const choices = Array.isArray(options.choices) ? (options.choices as Choice[]) : [];
  return values.map((one) => {
    const choice = choices.find((known) => String(known.value) === String(one));
    const text = choice?.text ?? (options.format === false ? String(one) : readable(String(one)));
    return {
      text,
      color: choice?.foreground ?? choice?.color ?? undefined,
      background: choice?.background ?? undefined,
      icon: choice?.icon ?? undefined,
    };
  });
}
