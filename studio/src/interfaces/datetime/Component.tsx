/** Dates and times, typed part by part or picked from a calendar. */
import { CalendarDate, getLocalTimeZone, now, Time, toCalendarDateTime, today } from "@internationalized/date";
import { Calendar as CalendarIcon, ChevronLeft, ChevronRight, X } from "lucide-react";
import type { ReactNode } from "react";
import {
  Button as AriaButton,
  Calendar,
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  DateInput,
  DatePicker,
  DateSegment,
  Dialog,
  Group,
  Heading,
  Popover,
  TimeField,
} from "react-aria-components";
import type { InterfaceProps } from "~/extensions/contract";
import { t } from "~/i18n/words/item";
import { Button, IconButton } from "~/kit/Button";
import { CONTROL, cx, OVERLAY } from "~/kit/style";
import { cellKeys, fieldProps } from "../aria";
import { type DateLike, type DateType, readDate, readTime, writeDate, writeTime } from "./values";

interface Options {
  includeSeconds?: boolean;
  use24?: boolean;
}

const SEGMENT =
  "inline-flex min-h-6 min-w-6 items-center justify-center rounded-[3px] px-px tabular-nums outline-none data-[type=literal]:inline data-[placeholder]:text-fg-3 data-[type=literal]:px-0 align-middle data-[focused]:bg-accent data-[focused]:text-on-accent";
/** Not a flex box: from right to left, the order of the segments is that of their text. */
const SEGMENTS = "min-w-0 flex-1 content-center overflow-hidden whitespace-pre";
const BOX = cx(CONTROL, "flex items-center gap-1 pe-1 focus-within:outline-2 focus-within:outline-accent");

export default function DateTimeInterface(props: InterfaceProps<string, Options>) {
  return props.field.type === "time" ? <TimeOnly {...props} /> : <DateAndTime {...props} />;
}

function Around({
  props,
  stored,
  onNow,
  nowText,
  children,
}: {
  props: InterfaceProps<string, Options>;
  stored: boolean;
  onNow: () => void;
  nowText: string;
  children: ReactNode;
}) {
  const { value, readonly, disabled, mode, onChange } = props;
  const fixed = readonly || disabled;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of a cell of the list
    <div className="flex flex-col gap-1" onKeyDown={cellKeys(props)}>
      <div className="flex items-center gap-1">
        {children}
        {!fixed &&
          mode !== "cell" &&
          (value === null || value === undefined || value === "" ? (
            <Button look="quiet" onPress={onNow} className="px-2! text-fg-2">
              {nowText}
            </Button>
          ) : (
            <IconButton label={t("app.clear")} onPress={() => onChange(null)}>
              <X size={16} />
            </IconButton>
          ))}
      </div>
      {!stored && (
        <p className="text-caption text-warning-fg">{t("interfaces.date.stored", { value: String(value) })}</p>
      )}
    </div>
  );
}

const hours = (options: Options) =>
  (options.use24 === undefined || options.use24 === null ? undefined : options.use24 ? 24 : 12) as 12 | 24 | undefined;

function TimeOnly(props: InterfaceProps<string, Options>) {
  const { value, options, onChange } = props;
  const time = readTime(value);
  return (
    <Around
      props={props}
      stored={time !== undefined}
      nowText={t("interfaces.date.now")}
      onNow={() => {
        const at = now(getLocalTimeZone());
        onChange(writeTime(new Time(at.hour, at.minute, options.includeSeconds ? at.second : 0)));
      }}
    >
      <TimeField
        {...fieldProps(props)}
        value={time ?? null}
        onChange={(next) => onChange(writeTime(next as Time | null))}
        granularity={options.includeSeconds ? "second" : "minute"}
        hourCycle={hours(options)}
        className="min-w-0 flex-1"
      >
        <DateInput className={cx(CONTROL, SEGMENTS, "block pe-1 focus-within:outline-2 focus-within:outline-accent")}>
          {(segment) => <DateSegment segment={segment} className={SEGMENT} />}
        </DateInput>
      </TimeField>
    </Around>
  );
}

function DateAndTime(props: InterfaceProps<string, Options>) {
  const { value, field, options, onChange } = props;
  const type = field.type as DateType;
  const zone = getLocalTimeZone();
  const date = readDate(value, type, zone);
  const set = (next: DateLike | null) => onChange(writeDate(next, type));
  const setNow = () => {
    if (type === "date") set(today(zone));
    else if (type === "timestamp")
      set(now(zone).set({ millisecond: 0, ...(options.includeSeconds ? {} : { second: 0 }) }));
    else set(toCalendarDateTime(now(zone)).set({ millisecond: 0, ...(options.includeSeconds ? {} : { second: 0 }) }));
  };
  const empty =
    type === "timestamp"
      ? now(zone).set({ hour: 12, minute: 0, second: 0, millisecond: 0 })
      : type === "dateTime"
        ? toCalendarDateTime(today(zone), new Time(12))
        : new CalendarDate(today(zone).year, today(zone).month, today(zone).day);
  return (
    <Around
      props={props}
      stored={date !== undefined}
      onNow={setNow}
      nowText={t(type === "date" ? "interfaces.date.today" : "interfaces.date.now")}
    >
      <DatePicker
        {...fieldProps(props)}
        value={(date ?? null) as DateLike | null}
        onChange={set}
        placeholderValue={empty as DateLike}
        granularity={type === "date" ? "day" : options.includeSeconds ? "second" : "minute"}
        hourCycle={hours(options)}
        hideTimeZone
        shouldForceLeadingZeros
        className="min-w-0 flex-1"
      >
        <Group className={BOX}>
          <DateInput className={SEGMENTS}>
            {(segment) => <DateSegment segment={segment} className={SEGMENT} />}
          </DateInput>
          <AriaButton
            aria-label={t("interfaces.date.open")}
            className="touch flex size-7 shrink-0 items-center justify-center rounded-control text-fg-2 data-[hovered]:bg-hover"
          >
            <CalendarIcon size={16} />
          </AriaButton>
        </Group>
        <Popover offset={4} className={cx(OVERLAY, "p-3")}>
          <Dialog className="outline-none">
            <Calendar>
              <header className="mb-2 flex items-center gap-1">
                <AriaButton slot="previous" className={ARROW}>
                  <ChevronLeft size={18} className="rtl:-scale-x-100" />
                </AriaButton>
                <Heading className="flex-1 text-center font-semibold" />
                <AriaButton slot="next" className={ARROW}>
                  <ChevronRight size={18} className="rtl:-scale-x-100" />
                </AriaButton>
              </header>
              <CalendarGrid className="border-separate border-spacing-0.5">
                <CalendarGridHeader>
                  {(day) => (
                    <CalendarHeaderCell className="size-8 text-caption font-medium text-fg-3">{day}</CalendarHeaderCell>
                  )}
                </CalendarGridHeader>
                <CalendarGridBody>
                  {(day) => (
                    <CalendarCell
                      date={day}
                      className="flex size-8 cursor-default items-center justify-center rounded-control tabular-nums data-[outside-month]:text-fg-3 data-[hovered]:bg-hover data-[selected]:bg-accent data-[selected]:text-on-accent data-[today]:font-semibold pointer-coarse:size-11"
                    />
                  )}
                </CalendarGridBody>
              </CalendarGrid>
            </Calendar>
          </Dialog>
        </Popover>
      </DatePicker>
    </Around>
  );
}

const ARROW =
  "flex size-8 items-center justify-center rounded-control text-fg-2 data-[hovered]:bg-hover data-[disabled]:opacity-40";
