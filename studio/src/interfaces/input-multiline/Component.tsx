/** Text of several lines, as high as the text. */
import type { InterfaceProps } from "~/extensions/contract";
import { TextField } from "~/kit/fields";
import { cellKeys, fieldProps } from "../aria";
import { Remaining } from "../Remaining";

interface Options {
  placeholder?: string;
  font?: string;
  softLength?: number;
  trim?: boolean;
}

export default function TextAreaInterface(props: InterfaceProps<string, Options>) {
  const { value, options, onChange, mode, onCommit } = props;
  const keys = cellKeys(props);
  return (
    <div className="relative">
      <TextField
        {...fieldProps(props)}
        multiline
        rows={mode === "cell" ? 2 : 4}
        mono={options.font === "monospace"}
        className={options.font === "serif" ? "font-serif" : undefined}
        placeholder={options.placeholder ?? undefined}
        value={value ?? ""}
        onChange={(text) => onChange(text === "" ? null : text)}
        onKeyDown={keys}
        onBlur={() => {
          if (options.trim && value && value.trim() !== value) onChange(value.trim() || null);
          if (mode === "cell") onCommit?.();
        }}
      />
      {options.softLength ? (
        <Remaining text={value ?? ""} limit={options.softLength} className="absolute end-2.5 bottom-1.5" />
      ) : null}
    </div>
  );
}
