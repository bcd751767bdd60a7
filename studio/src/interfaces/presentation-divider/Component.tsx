/** A line between fields, with a title if there is one. */
import type { InterfaceProps } from "~/extensions/contract";
import { Icon } from "~/kit/Icon";

export default function Divider({
  options,
}: InterfaceProps<unknown, { title?: string; icon?: string; color?: string }>) {
  const { title, icon, color } = options;
  if (!title) return <hr className="my-2 border-line" />;
  return (
    <h3
      className="mt-3 flex items-center gap-2 border-b border-line pb-1.5 text-[16px] font-semibold"
      style={color ? { color } : undefined}
    >
      {icon && <Icon name={icon} size={18} />}
      {title}
    </h3>
  );
}
