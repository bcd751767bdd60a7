/** A number between two others. */
import { Slider, SliderOutput, SliderThumb, SliderTrack } from "react-aria-components";
import type { InterfaceProps } from "~/extensions/contract";
import { cx } from "~/kit/style";

interface Options {
  minValue?: number | string;
  maxValue?: number | string;
  stepInterval?: number | string;
}

export default function SliderInterface({
  value,
  field,
  options,
  labelId,
  describedBy,
  disabled,
  readonly,
  onChange,
}: InterfaceProps<number | string, Options>) {
  const min = Number(options.minValue ?? 0);
  const isSet = value !== null && value !== undefined;
  return (
    <Slider
      aria-labelledby={labelId}
      aria-describedby={describedBy}
      minValue={min}
      maxValue={Number(options.maxValue ?? 100)}
      step={Number(options.stepInterval ?? 1) || 1}
      isDisabled={disabled || readonly}
      value={isSet ? Number(value) : min}
      onChange={(next) => onChange(field.type === "decimal" ? String(next) : (next as number))}
      className="flex min-h-(--st-control) items-center gap-4"
    >
      <SliderTrack className="relative h-6 flex-1">
        {({ state }) => (
          <>
            <div className="absolute inset-x-0 top-1/2 h-1.5 -translate-y-1/2 rounded-full bg-line" />
            <div
              className="absolute start-0 top-1/2 h-1.5 -translate-y-1/2 rounded-full bg-accent"
              style={{ width: `${state.getThumbPercent(0) * 100}%` }}
            />
            <SliderThumb className="top-1/2 size-5 rounded-full border-2 border-accent bg-surface shadow-raised data-[disabled]:border-line-strong" />
          </>
        )}
      </SliderTrack>
      <SliderOutput className={cx("min-w-10 text-end tabular-nums", !isSet && "text-fg-3")}>
        {({ state }) => (isSet ? state.getThumbValueLabel(0) : "–")}
      </SliderOutput>
    </Slider>
  );
}
