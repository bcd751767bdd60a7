/** The API rules of a collection: who may do what with records, as text. They open beside the policies, never against them. */
import type { CompletionContext } from "@codemirror/autocomplete";
import { useQuery } from "@tanstack/react-query";
import { Globe, Lock, LockOpen } from "lucide-react";
import { lazy, Suspense, useId, useState } from "react";
import { ApiError } from "~/api/errors";
import { queryClient, useCollections } from "~/api/queries";
import { t } from "~/i18n/words/admin";
import { Button } from "~/kit/Button";
import { Badge, Card } from "~/kit/bits";
import { Failed, Loading, Skeleton } from "~/kit/states";
import { toast, toastError } from "~/kit/Toast";
import {
  AUTH_RULES,
  pocketbase,
  type RecordCollection,
  RULES,
  type RuleName,
  recordCollectionQuery,
} from "../pocketbase";
import { rangeOf, words } from "./completions";

const CodeEditor = lazy(() => import("../code/CodeEditor"));

export default function RulesTab({ collection }: { collection: string }) {
  const found = useQuery(recordCollectionQuery(collection));
  if (found.isPending) return <Loading />;
  if (found.error) return <Failed error={found.error} onRetry={() => void found.refetch()} />;
  return <Rules key={found.data.id} collection={found.data} />;
}

type Edits = Partial<Record<RuleName, string | null>>;

function Rules({ collection }: { collection: RecordCollection }) {
  const [edits, setEdits] = useState<Edits>({});
  const [failures, setFailures] = useState<Partial<Record<string, string>>>({});
  const [pending, setPending] = useState(false);
  const names: RuleName[] = [...RULES, ...(collection.type === "auth" ? AUTH_RULES : [])];
  const changed = names.filter((name) => name in edits && edits[name] !== (collection[name] ?? null));
  const isView = collection.type === "view";
  async function save() {
    setPending(true);
    setFailures({});
    try {
      const body = Object.fromEntries(changed.map((name) => [name, edits[name]]));
      const saved = await pocketbase<RecordCollection>(
        "PATCH",
        `/api/collections/${encodeURIComponent(collection.name)}`,
        {
          body,
        },
      );
      queryClient.setQueryData(recordCollectionQuery(collection.name).queryKey, saved);
      setEdits({});
      toast({ kind: "success", text: t("develop.rules.saved") });
    } catch (error) {
      const problems = error instanceof ApiError ? error.problems : [];
      const told = Object.fromEntries(problems.filter((one) => one.field).map((one) => [one.field, one.message]));
      setFailures(told);
      if (!names.some((name) => told[name])) toastError(error);
    } finally {
      setPending(false);
    }
  }
  return (
    <div className="flex max-w-3xl flex-col gap-3">
      <p className="text-fg-2">{t("develop.rules.text")}</p>
      {names.map((name) => (
        <Rule
          key={name}
          name={name}
          collection={collection}
          value={name in edits ? (edits[name] ?? null) : (collection[name] ?? null)}
          isLocked={isView && !["listRule", "viewRule"].includes(name)}
          error={failures[name]}
          onChange={(value) => {
            setFailures(({ [name]: _, ...others }) => others);
            setEdits((now) => ({ ...now, [name]: value }));
          }}
        />
      ))}
      {changed.length > 0 && (
        <div className="action-bar sticky bottom-0 bg-bg">
          <span className="flex-1 text-fg-2">{t("develop.rules.changed", { count: changed.length })}</span>
          <Button look="quiet" onPress={() => setEdits({})}>
            {t("develop.discard")}
          </Button>
          <Button look="primary" isPending={pending} onPress={() => void save()}>
            {t("develop.rules.save")}
          </Button>
        </div>
      )}
    </div>
  );
}

function Rule({
  name,
  collection,
  value,
  onChange,
  error,
  isLocked,
}: {
  name: RuleName;
  collection: RecordCollection;
  value: string | null;
  onChange: (value: string | null) => void;
  error?: string;
  isLocked: boolean;
}) {
  const id = useId();
  const others = useCollections()
    .filter((one) => one.schema !== null && !one.collection.startsWith("directus_"))
    .map((one) => one.collection);
  const label = t(`develop.rule.${name}`);
  const complete = (context: CompletionContext) => {
    const before = context.matchBefore(/@?[\w.]*/);
    if (!before || (before.from === before.to && !context.explicit)) return null;
    return { from: before.from, options: words(collection, others), validFor: /^@?[\w.]*$/ };
  };
  const state = value === null ? "locked" : value.trim() === "" ? "open" : "custom";
  return (
    <Card className="flex flex-col gap-2 p-3">
      <div className="flex min-h-(--st-control) items-center gap-2">
        <h3 className="font-semibold">{label}</h3>
        {state === "locked" && (
          <Badge>
            <Lock size={12} aria-hidden className="me-1 inline" />
            {t("develop.rules.locked")}
          </Badge>
        )}
        {state === "open" && (
          <Badge tone="warning">
            <Globe size={12} aria-hidden className="me-1 inline" />
            {t(name === "authRule" ? "develop.rules.open_auth" : "develop.rules.open")}
          </Badge>
        )}
        <span className="flex-1" />
        {!isLocked &&
          (value === null ? (
            <Button
              look="quiet"
              icon={<LockOpen size={16} />}
              aria-label={t("develop.rules.unlock_one", { rule: label })}
              onPress={() => onChange("")}
            >
              {t("develop.rules.unlock")}
            </Button>
          ) : (
            <Button
              look="quiet"
              icon={<Lock size={16} />}
              aria-label={t("develop.rules.lock_one", { rule: label })}
              onPress={() => onChange(null)}
            >
              {t("develop.rules.lock")}
            </Button>
          ))}
      </div>
      {value !== null && (
        <Suspense fallback={<Skeleton className="h-9" />}>
          <CodeEditor
            label={label}
            language="rule"
            value={value}
            onChange={onChange}
            complete={complete}
            placeholder={t("develop.rules.everyone")}
            error={error ? { ...rangeOf(value, error), message: error } : null}
            describedBy={error ? id : undefined}
          />
        </Suspense>
      )}
      {error && value !== null && (
        <div id={id} role="alert" className="text-dense text-danger-fg">
          <pre aria-hidden className="overflow-auto font-mono text-[12.5px]/[16px]" dir="ltr">
            {caret(value, error)}
          </pre>
          {error}
        </div>
      )}
    </Card>
  );
}

/** The line of a rule that is wrong, with a mark below the part. */
function caret(rule: string, message: string): string {
  const { from, to } = rangeOf(rule, message);
  const start = rule.lastIndexOf("\n", from - 1) + 1;
  const [line = ""] = rule.slice(start).split("\n");
  return `${line}\n${" ".repeat(from - start)}${"^".repeat(Math.max(1, Math.min(to, start + line.length) - from))}`;
}
