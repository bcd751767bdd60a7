/** Rows and cells that are marked: by a colour, and by a sign with a name for whoever doesn't see it. */

export const TONES = ["info", "success", "warning", "danger", "accent"] as const;
export type Tone = (typeof TONES)[number];

export interface Mark {
  tone: Tone;
  name: string;
}

export interface Tint {
  row?: Mark;
  /** By columns. */
  cells?: Readonly<Record<string, Mark | undefined>>;
}

export const SIGNS: Record<Tone, string> = { info: "●", success: "✔", warning: "▲", danger: "■", accent: "◆" };
export const GROUNDS: Record<Tone, string> = {
  info: "bg-info-bg",
  success: "bg-success-bg",
  warning: "bg-warning-bg",
  danger: "bg-danger-bg",
  accent: "bg-accent-bg",
};
export const INKS: Record<Tone, string> = {
  info: "text-info-fg",
  success: "text-success-fg",
  warning: "text-warning-fg",
  danger: "text-danger-fg",
  accent: "text-accent",
};
