/** Entries per hour as bars. A bar is a button that shows its hour alone. */
import { ToggleButton } from "react-aria-components";
import { formatDateTime, formatNumber } from "~/i18n/format";
import { t } from "~/i18n/words/admin";
import { cx } from "~/kit/style";
import { Tooltip } from "~/kit/Tooltip";

const HEIGHT = 64;

export function Histogram({
  hours,
  chosen,
  onChoose,
}: {
  hours: readonly { time: number; total: number }[];
  chosen: number | null;
  onChoose: (time: number | null) => void;
}) {
  const most = Math.max(1, ...hours.map((one) => one.total));
  return (
    <section aria-label={t("develop.logs.per_hour")} className="flex flex-col gap-1">
      <div className="flex items-end gap-px overflow-hidden" style={{ height: HEIGHT }} dir="ltr">
        {hours.map(({ time, total }) => {
          const label = t("develop.logs.hour", {
            time: formatDateTime(time),
            count: total,
            number: formatNumber(total),
          });
          return (
            <Tooltip key={time} text={label}>
              <ToggleButton
                aria-label={label}
                isSelected={chosen === time}
                onChange={(on) => onChoose(on ? time : null)}
                className="group flex h-full min-w-0 flex-1 items-end rounded-sm outline-offset-[-2px] data-[hovered]:bg-hover data-[selected]:bg-selected"
              >
                <span
                  className={cx(
                    "w-full rounded-t-sm",
                    chosen === null || chosen === time ? "bg-accent" : "bg-line-strong",
                  )}
                  style={{ height: total === 0 ? 1 : Math.max(3, (total / most) * (HEIGHT - 4)) }}
                />
              </ToggleButton>
            </Tooltip>
          );
        })}
      </div>
      <div className="flex justify-between text-caption text-fg-3" dir="ltr">
        <bdi>{formatDateTime(hours[0]?.time ?? 0)}</bdi>
        <span>{t("develop.logs.most", { number: formatNumber(most) })}</span>
        <span>{t("develop.logs.now")}</span>
      </div>
    </section>
  );
}
