/** Develop → SQL: one statement at a time on the database. It reads only, until somebody turns writing on. */
import { useQuery } from "@tanstack/react-query";
import { CircleAlert, Download, History, Play, TriangleAlert } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { errorText } from "~/api/errors";
import { fieldsQuery, queryClient, schemaChanged, useCollections } from "~/api/queries";
import { formatNumber, formatRelative } from "~/i18n/format";
import { t } from "~/i18n/words/admin";
import { Button } from "~/kit/Button";
import { Notice, PageHeader } from "~/kit/bits";
import { confirm } from "~/kit/Dialog";
import { Switch } from "~/kit/fields";
import { Menu } from "~/kit/Menu";
import { Skeleton } from "~/kit/states";
import { useTitle } from "~/kit/title";
import { pocketbase } from "../pocketbase";
import { forget, type Ran, ran, remember } from "./history";
import { type Column, ResultGrid } from "./ResultGrid";

const CodeEditor = lazy(() => import("../code/CodeEditor"));
const KEPT = "satchel.sql.text";
const ROWS_MAX = 1000;
const LENGTH_MAX = 5000;

interface Result {
  execTime: number;
  affectedRows: number;
  columns: Column[];
  rows: (string | null)[][];
}

type Outcome = { result: Result } | { failure: string; sql: string };

export function SqlPage() {
  useTitle(t("develop.room.sql"));
  const [text, setText] = useState(() => sessionStorage.getItem(KEPT) ?? "");
  const [writing, setWriting] = useState(false);
  const [pending, setPending] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [history, setHistory] = useState<Ran[]>(ran);
  const tables = useTables();
  useEffect(() => sessionStorage.setItem(KEPT, text), [text]);

  async function run() {
    const sql = text.trim();
    if (!sql || pending) return;
    setPending(true);
    try {
      const body = { query: sql, readOnly: !writing };
      const result = await pocketbase<Result>("POST", "/api/sql", { body });
      setOutcome({ result });
      setHistory(remember(sql, Date.now()));
      if (writing && /^\s*(CREATE|ALTER|DROP)\b/i.test(sql)) await schemaChanged();
    } catch (error) {
      setOutcome({ failure: errorText(error).replace(/^Failed to execute query\. Raw error:\s*/, ""), sql });
    } finally {
      setPending(false);
    }
  }
  async function allowWriting(on: boolean) {
    if (!on) return setWriting(false);
    const sure = await confirm({
      title: t("develop.sql.write.title"),
      text: t("develop.sql.write.text"),
      action: t("develop.sql.write.action"),
      danger: true,
    });
    setWriting(sure);
  }
  const failure = outcome && "failure" in outcome && outcome.sql === text.trim() ? outcome.failure : null;
  return (
    <>
      <PageHeader title={t("develop.room.sql")}>
        <Menu
          label={t("develop.sql.history")}
          commands={[
            history.slice(0, 15).map((one) => ({
              id: String(one.at),
              text: one.sql.length > 60 ? `${one.sql.slice(0, 60)}…` : one.sql,
              shortcut: formatRelative(one.at),
              onAction: () => setText(one.sql),
            })),
            [
              {
                id: "forget",
                text: t(history.length ? "develop.sql.forget" : "develop.sql.no_history"),
                disabled: history.length === 0,
                onAction: () => {
                  forget();
                  setHistory([]);
                },
              },
            ],
          ]}
        >
          <Button look="quiet" icon={<History size={16} />}>
            {t("develop.sql.history")}
          </Button>
        </Menu>
        <Switch isSelected={writing} onChange={(on) => void allowWriting(on)}>
          {t("develop.sql.writing")}
        </Switch>
        <Button
          look={writing ? "danger" : "primary"}
          icon={<Play size={16} />}
          isPending={pending}
          isDisabled={!text.trim()}
          onPress={() => void run()}
        >
          {t("develop.sql.run")}
        </Button>
      </PageHeader>
      <div className="flex min-h-0 flex-1 flex-col gap-3 p-6 max-sm:p-4">
        {writing && (
          <Notice tone="warning" icon={<TriangleAlert size={16} />}>
            {t("develop.sql.write.on")}
          </Notice>
        )}
        <Suspense fallback={<Skeleton className="h-44" />}>
          <CodeEditor
            key={Object.keys(tables).length}
            label={t("develop.sql.statement")}
            language="sql"
            tables={tables}
            value={text}
            onChange={setText}
            onRun={() => void run()}
            placeholder={t("develop.sql.example")}
            error={failure ? { ...placeOf(text, failure), message: failure } : null}
            className="h-44 shrink-0"
          />
        </Suspense>
        {text.length > LENGTH_MAX && <p className="text-danger-fg">{t("develop.sql.too_long", { max: LENGTH_MAX })}</p>}
        {outcome === null ? (
          <Examples onPick={setText} tables={Object.keys(tables)} />
        ) : "failure" in outcome ? (
          <div role="alert">
            <Notice tone="danger" icon={<CircleAlert size={16} />} title={t("develop.sql.failed")}>
              <span className="font-mono text-dense break-words whitespace-pre-wrap">{outcome.failure}</span>
              {!writing && /read.?only/i.test(outcome.failure) && <p>{t("develop.sql.read_only")}</p>}
            </Notice>
          </div>
        ) : (
          <Outcome result={outcome.result} />
        )}
      </div>
    </>
  );
}

/** The tables and their columns, as far as they are known already. */
function useTables(): Record<string, string[]> {
  const collections = useCollections();
  const names = collections.filter((one) => one.schema).map((one) => one.collection);
  const own = names.filter((name) => !name.startsWith("directus_")).slice(0, 40);
  const found = useQuery({
    queryKey: ["sql-tables", names],
    queryFn: async () => {
      const all = await Promise.all(own.map((name) => queryClient.ensureQueryData(fieldsQuery(name))));
      const known = Object.fromEntries(
        own.map((name, index) => [
          name,
          (all[index] ?? []).filter((field) => field.schema).map((field) => field.field),
        ]),
      );
      return { ...Object.fromEntries(names.map((name) => [name, []])), ...known } as Record<string, string[]>;
    },
  });
  return found.data ?? {};
}

/** Where a database's complaint points: at what it quotes, else the whole statement. */
function placeOf(sql: string, failure: string): { from: number; to: number } {
  const quoted = /near "([^"]+)"|"([^"]+)"|(?:column|table|function): ([\w.]*\w)/.exec(failure);
  const word = quoted?.slice(1).find(Boolean);
  const from = word ? sql.indexOf(word.split(".").at(-1) ?? word) : -1;
  return from < 0 || !word ? { from: 0, to: sql.length } : { from, to: from + (word.split(".").at(-1) ?? word).length };
}

function Outcome({ result }: { result: Result }) {
  const { rows, columns, execTime, affectedRows } = result;
  const time = `${formatNumber(execTime)} ms`;
  function download() {
    const quote = (text: string | null) => (text === null ? "" : `"${text.replaceAll('"', '""')}"`);
    const lines = [columns.map((column) => quote(column.name)), ...rows.map((row) => row.map(quote))];
    const file = new Blob([lines.map((line) => line.join(",")).join("\r\n")], { type: "text/csv" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = "result.csv";
    link.click();
    URL.revokeObjectURL(link.href);
  }
  if (columns.length === 0) {
    return (
      <div role="status">
        <Notice tone="success">
          {t("develop.sql.done", { count: affectedRows, number: formatNumber(affectedRows), time })}
        </Notice>
      </div>
    );
  }
  return (
    <>
      <div className="flex items-center gap-3">
        <span role="status" className="flex-1 text-fg-2">
          {t("develop.sql.rows", { count: rows.length, number: formatNumber(rows.length), time })}
          {rows.length >= ROWS_MAX && ` ${t("develop.sql.capped", { max: formatNumber(ROWS_MAX) })}`}
        </span>
        <Button look="quiet" icon={<Download size={16} />} onPress={download}>
          {t("develop.sql.csv")}
        </Button>
      </div>
      <ResultGrid columns={columns} rows={rows} />
    </>
  );
}

function Examples({ onPick, tables }: { onPick: (sql: string) => void; tables: readonly string[] }) {
  const own = tables.find((name) => !name.startsWith("directus_")) ?? "directus_users";
  const examples = [`SELECT * FROM "${own}" LIMIT 100`, `SELECT count(*) FROM "${own}"`];
  return (
    <section className="flex flex-col gap-2">
      <h2 className="font-semibold">{t("develop.sql.examples")}</h2>
      <ul className="flex flex-col items-start gap-1">
        {examples.map((sql) => (
          <li key={sql} className="max-w-full">
            <Button look="quiet" className="max-w-full font-mono text-dense font-normal" onPress={() => onPick(sql)}>
              <span className="truncate">{sql}</span>
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
