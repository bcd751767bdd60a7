/** A button that adds a field to something: it opens the fields to pick one from. */
import { Plus } from "lucide-react";
import { Button } from "~/kit/Button";
import { Popup } from "~/kit/Popup";
import { FieldPicker, type FieldPickerProps } from "./FieldPicker";

export interface AddFieldProps extends FieldPickerProps {
  /** What stands on the button. */
  text: string;
  /** What opens is called so. */
  label: string;
}

export function AddField({ text, label, onPick, ...picker }: AddFieldProps) {
  return (
    <Popup
      label={label}
      trigger={
        <Button className="self-start" icon={<Plus size={16} aria-hidden />}>
          {text}
        </Button>
      }
    >
      {(close) => (
        <FieldPicker
          {...picker}
          onPick={(picked) => {
            onPick(picked);
            close();
          }}
        />
      )}
    </Popup>
  );
}
