/** Develop → Logs: requests and what the program had to say, per hour and one by one, as they come. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Pause, Play, ScrollText } from "lucide-react";
import { useEffect, useState } from "react";
import { formatDate, formatNumber } from "~/i18n/format";
import { t } from "~/i18n/words/admin";
import { Button } from "~/kit/Button";
import { Badge, PageHeader, type Tone } from "~/kit/bits";
import { Drawer } from "~/kit/Dialog";
import { SearchField, Select, TextField } from "~/kit/fields";
import { Empty, Failed, Loading } from "~/kit/states";
import { cx } from "~/kit/style";
import { useTitle } from "~/kit/title";
import { useDebounced } from "~/kit/useDebounced";
import { usePhone } from "~/shell/screen";
import { CodeBlock } from "../code/CodeBlock";
import { pocketbase } from "../pocketbase";
import { Histogram } from "./Histogram";
import { barsOf, filterOf, type HourCount, hourOf, LEVELS, type LogEntry, type LogSearch, RANGES } from "./query";

const EVERY = 3000;
const STEP = 100;
const MOST = 1000;
const TONES: Record<number, Tone> = { [-4]: "neutral", 0: "neutral", 4: "warning", 8: "danger" };

interface Page {
  items: LogEntry[];
  totalItems: number;
}

export function LogsPage() {
  useTitle(t("develop.room.logs"));
  const search = useSearch({ from: "/shell/develop/logs" });
  const navigate = useNavigate({ from: "/develop/logs" });
  const [live, setLive] = useState(true);
  const [count, setCount] = useState(STEP);
  const hours = search.hours ?? 24;
  const set = (changes: Partial<LogSearch>, replace = true) =>
    void navigate({ search: (now) => ({ ...now, ...changes }), replace });
  // the range moves with the clock, by whole hours
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 60_000);
    return () => clearInterval(timer);
  }, []);
  // bars that a finger meets
  const span = hours / (usePhone() ? 12 : 24);
  const filter = useDebounced(filterOf(search, hourOf(now), span), 300);
  const wide = useDebounced(filterOf({ ...search, at: undefined }, hourOf(now)), 300);
  const every = live ? EVERY : false;
  const list = useQuery({
    queryKey: ["logs", filter, count],
    queryFn: ({ signal }) =>
      pocketbase<Page>("GET", "/api/logs", {
        query: { filter, perPage: count, sort: "-created,-@rowid" },
        signal,
      }),
    placeholderData: keepPreviousData,
    refetchInterval: every,
    retry: false,
  });
  const stats = useQuery({
    queryKey: ["logs-stats", wide],
    queryFn: ({ signal }) => pocketbase<HourCount[]>("GET", "/api/logs/stats", { query: { filter: wide }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: live ? EVERY * 5 : false,
    retry: false,
  });
  const entries = list.data?.items ?? [];
  const opened = entries.find((one) => one.id === search.entry);
  const chosen = search.at ? Date.parse(search.at) : null;
  return (
    <>
      <PageHeader title={t("develop.room.logs")}>
        <Badge tone={live && !list.error ? "success" : "neutral"} dot>
          {t(live ? (list.error ? "develop.logs.lost" : "develop.logs.live") : "develop.logs.paused")}
        </Badge>
        <Button icon={live ? <Pause size={16} /> : <Play size={16} />} onPress={() => setLive(!live)}>
          {t(live ? "develop.logs.pause" : "develop.logs.resume")}
        </Button>
      </PageHeader>
      <div className="flex min-h-0 flex-1 flex-col gap-3 p-6 max-sm:p-4">
        <div className="flex flex-wrap items-center gap-2">
          <SearchField
            label={t("develop.logs.search")}
            className="w-64 max-sm:w-full"
            value={search.q ?? ""}
            onChange={(q) => set({ q: q || undefined })}
          />
          <Select
            aria-label={t("develop.logs.level")}
            className="w-44"
            choices={[
              { id: "", text: t("develop.logs.all_levels") },
              ...LEVELS.map((level) => ({ id: String(level), text: t(`develop.level.${name(level)}`) })),
            ]}
            value={search.level === undefined ? "" : String(search.level)}
            onChange={(level) => set({ level: level === "" ? undefined : Number(level) })}
          />
          <Select
            aria-label={t("develop.logs.range")}
            className="w-40"
            choices={RANGES.map((one) => ({ id: String(one), text: t("develop.logs.days", { count: one / 24 }) }))}
            value={String(hours)}
            onChange={(value) => set({ hours: Number(value), at: undefined })}
          />
          <TextField
            aria-label={t("develop.logs.expression")}
            placeholder="data.status >= 500"
            mono
            className="min-w-56 flex-1"
            value={search.expr ?? ""}
            onChange={(expr) => set({ expr: expr || undefined })}
          />
        </div>
        <Histogram
          hours={barsOf(stats.data ?? [], hours, now, span)}
          chosen={chosen}
          onChoose={(time) => set({ at: time === null ? undefined : new Date(time).toISOString() })}
        />
        {list.isPending ? (
          <Loading />
        ) : list.error && !list.data ? (
          <Failed error={list.error} onRetry={() => void list.refetch()} />
        ) : list.error ? (
          <p role="alert" className="text-danger-fg">
            {t("develop.logs.bad_filter")}
          </p>
        ) : entries.length === 0 ? (
          <Empty icon={<ScrollText size={20} />} title={t("develop.logs.empty")} />
        ) : (
          <section
            aria-label={t("develop.logs.entries")}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
            tabIndex={0}
            className="min-h-0 flex-1 overflow-auto rounded-card border border-line bg-surface outline-offset-[-2px]"
          >
            <ul>
              {entries.map((entry) => (
                <Line key={entry.id} entry={entry} onOpen={() => set({ entry: entry.id }, false)} />
              ))}
            </ul>
            <div className="flex items-center justify-center gap-3 p-3 text-fg-2">
              {t("develop.logs.shown", {
                shown: formatNumber(entries.length),
                all: formatNumber(list.data?.totalItems ?? 0),
              })}
              {entries.length < (list.data?.totalItems ?? 0) && count < MOST && (
                <Button onPress={() => setCount(Math.min(MOST, count + STEP))}>{t("develop.logs.more")}</Button>
              )}
            </div>
          </section>
        )}
      </div>
      {opened && <Detail entry={opened} onClose={() => set({ entry: undefined })} />}
    </>
  );
}

const name = (level: number) => (level < 0 ? "debug" : level < 4 ? "info" : level < 8 ? "warn" : "error");

const whole = (text: string): Date => new Date(text.replace(" ", "T"));

function Line({ entry, onOpen }: { entry: LogEntry; onOpen: () => void }) {
  const { status, execTime } = entry.data as { status?: number; execTime?: number };
  return (
    <li className="border-b border-line last:border-b-0">
      <button
        type="button"
        onClick={onOpen}
        className="flex min-h-8 w-full items-center gap-3 px-3 py-1 text-start text-dense outline-offset-[-2px] hover:bg-hover max-sm:flex-wrap max-sm:gap-x-2 max-sm:gap-y-0"
      >
        <span className="shrink-0 font-mono text-[12px] text-fg-3">
          {formatDate(whole(entry.created), {
            month: "2-digit",
            day: "2-digit",
            hour: "2-digit",
            minute: "2-digit",
            second: "2-digit",
          })}
        </span>
        <Badge tone={TONES[entry.level] ?? "neutral"} dot className="w-20 shrink-0">
          {t(`develop.level.${name(entry.level)}`)}
        </Badge>
        <span
          dir="ltr"
          className="min-w-0 flex-1 truncate text-start font-mono text-[12.5px] max-sm:w-full max-sm:flex-none"
        >
          {entry.message}
        </span>
        {status !== undefined && (
          <span className={cx("shrink-0 font-mono", status >= 400 ? "text-danger-fg" : "text-fg-2")}>{status}</span>
        )}
        {execTime !== undefined && (
          <span className="w-20 shrink-0 text-end text-fg-3 tabular-nums">
            {formatNumber(execTime, { maximumFractionDigits: 1 })} ms
          </span>
        )}
      </button>
    </li>
  );
}

function Detail({ entry, onClose }: { entry: LogEntry; onClose: () => void }) {
  const simple = Object.entries(entry.data).filter(([, value]) => value !== "" && value !== null);
  return (
    <Drawer isOpen onClose={onClose} title={entry.message}>
      <div className="flex flex-col gap-4">
        <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1.5">
          <dt className="text-fg-2">{t("develop.logs.time")}</dt>
          <dd>{formatDate(whole(entry.created), { dateStyle: "full", timeStyle: "medium" })}</dd>
          <dt className="text-fg-2">{t("develop.logs.level")}</dt>
          <dd>
            <Badge tone={TONES[entry.level] ?? "neutral"} dot>
              {t(`develop.level.${name(entry.level)}`)}
            </Badge>
          </dd>
          {simple.map(([key, value]) => (
            <div key={key} className="contents">
              <dt className="font-mono text-dense text-fg-2">{key}</dt>
              <dd className="break-words">{typeof value === "object" ? JSON.stringify(value) : String(value)}</dd>
            </div>
          ))}
        </dl>
        <CodeBlock
          code={JSON.stringify(entry, null, 2)}
          label={t("develop.logs.json")}
          className="overflow-hidden rounded-card border border-line"
        />
      </div>
    </Drawer>
  );
}
