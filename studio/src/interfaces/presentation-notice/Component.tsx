/** A note to whoever fills in the form. */
import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { InterfaceProps } from "~/extensions/contract";
import { Notice } from "~/kit/bits";

const ICONS = { info: Info, success: CircleCheck, warning: TriangleAlert, danger: CircleAlert };
type Tone = keyof typeof ICONS;

export default function NoticeInterface({
  options,
}: InterfaceProps<unknown, { color?: string; title?: string; text?: string }>) {
  const tone: Tone = options.color && options.color in ICONS ? (options.color as Tone) : "info";
  const Mark = ICONS[tone];
  return (
    <Notice tone={tone} icon={<Mark size={16} aria-hidden />} title={options.title}>
      {options.text && <p className="whitespace-pre-wrap">{options.text}</p>}
    </Notice>
  );
}
