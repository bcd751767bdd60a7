/** A color, as text or picked. Stored as `#RRGGBB`, with opacity `#RRGGBBAA`. */
import { X } from "lucide-react";
import {
  Button as AriaButton,
  type Color,
  ColorArea,
  ColorPicker,
  ColorSlider,
  ColorSwatch,
  ColorSwatchPicker,
  ColorSwatchPickerItem,
  ColorThumb,
  Dialog,
  DialogTrigger,
  Popover,
  parseColor,
  SliderTrack,
} from "react-aria-components";
import type { InterfaceProps } from "~/extensions/contract";
import { t } from "~/i18n/words/item";
import { IconButton } from "~/kit/Button";
import { TextField } from "~/kit/fields";
import { cx, OVERLAY } from "~/kit/style";
import { cellKeys, fieldProps } from "../aria";

interface Options {
  opacity?: boolean;
  presets?: ({ name?: string; color: string } | string)[] | null;
}

const PRESETS = ["#6644FF", "#3399FF", "#2ECDA7", "#FFC23B", "#FFA439", "#E35169", "#18222F", "#A2B5CD"];
const THUMB = "size-5 rounded-full border-2 border-white shadow-[0_0_0_1px_rgb(0_0_0/0.5)] data-[focus-visible]:size-6";

function read(value: string | null | undefined): Color | null {
  if (!value) return null;
  try {
    return parseColor(value.trim());
  } catch {
    return null;
  }
}

export default function ColorInterface(props: InterfaceProps<string, Options>) {
  const { value, options, onChange, disabled, readonly, mode, onCommit } = props;
  const color = read(value);
  const fixed = disabled || readonly;
  const presets = (options.presets ?? [])
    .map((one) => (typeof one === "string" ? one : one.color))
    .filter((one) => read(one));
  const set = (next: Color) => {
    const withAlpha = Boolean(options.opacity) && next.getChannelValue("alpha") < 1;
    onChange(next.toString(withAlpha ? "hexa" : "hex").toUpperCase());
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of a cell of the list
    <div className="flex items-center gap-1" onKeyDown={cellKeys(props)}>
      <DialogTrigger>
        <AriaButton
          isDisabled={fixed}
          aria-label={t("interfaces.color.choose")}
          className="control flex size-(--st-control) shrink-0 items-center justify-center p-1"
        >
          {color ? (
            <ColorSwatch color={color} className="size-full rounded-[4px]" />
          ) : (
            <span className="size-full rounded-[4px] bg-[repeating-conic-gradient(var(--st-line)_0_25%,transparent_0_50%)] bg-size-[8px_8px]" />
          )}
        </AriaButton>
        <Popover offset={4} placement="bottom start" className={cx(OVERLAY, "p-3")}>
          <Dialog aria-label={t("interfaces.color.choose")} className="flex w-56 flex-col gap-3 outline-none">
            <ColorPicker value={color ?? parseColor("#6644FF")} onChange={set}>
              <ColorArea
                aria-label={t("interfaces.color.saturation")}
                colorSpace="hsb"
                xChannel="saturation"
                yChannel="brightness"
                className="h-36 w-full rounded-control"
              >
                <ColorThumb className={THUMB} />
              </ColorArea>
              <ColorSlider aria-label={t("interfaces.color.hue")} colorSpace="hsb" channel="hue">
                <SliderTrack className="h-5 w-full rounded-full">
                  <ColorThumb className={cx(THUMB, "top-1/2")} />
                </SliderTrack>
              </ColorSlider>
              {options.opacity && (
                <ColorSlider aria-label={t("interfaces.color.opacity")} channel="alpha">
                  <SliderTrack className="h-5 w-full rounded-full">
                    <ColorThumb className={cx(THUMB, "top-1/2")} />
                  </SliderTrack>
                </ColorSlider>
              )}
              <ColorSwatchPicker aria-label={t("interfaces.color.choose")} className="flex flex-wrap gap-1.5">
                {(presets.length > 0 ? presets : PRESETS).map((preset) => (
                  <ColorSwatchPickerItem
                    key={preset}
                    color={preset}
                    className="size-6 rounded-control data-[selected]:outline-2 data-[selected]:outline-offset-1 data-[selected]:outline-fg"
                  >
                    <ColorSwatch className="size-full rounded-control" />
                  </ColorSwatchPickerItem>
                ))}
              </ColorSwatchPicker>
            </ColorPicker>
          </Dialog>
        </Popover>
      </DialogTrigger>
      <TextField
        {...fieldProps(props)}
        mono
        className="flex-1"
        placeholder="#RRGGBB"
        value={value ?? ""}
        onChange={(text) => onChange(text === "" ? null : text)}
        onBlur={() => {
          if (color && value) set(color);
          if (mode === "cell") onCommit?.();
        }}
      />
      {value && !fixed && mode !== "cell" && (
        <IconButton label={t("app.clear")} onPress={() => onChange(null)}>
          <X size={16} />
        </IconButton>
      )}
    </div>
  );
}
