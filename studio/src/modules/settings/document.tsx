/** A page over one document of settings: what was changed waits for "Save", and the server's complaints stand at the fields. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { ApiError, errorText } from "~/api/errors";
import { t } from "~/i18n/words/admin";
import { Button } from "~/kit/Button";
import { Notice, PageHeader } from "~/kit/bits";
import { Failed, PageLoading } from "~/kit/states";
import { toast } from "~/kit/Toast";
import { useLeaveGuard } from "~/kit/useLeaveGuard";

type Json = Record<string, unknown>;

export interface Draft {
  /** The value at a path, as `smtp.host`, with what has been changed. */
  get: <T>(path: string) => T;
  set: (path: string, value: unknown) => void;
  /** What the server complains about at a path. */
  error: (path: string) => string | null;
  /** Whether anything waits to be saved. */
  dirty: boolean;
  /** Save what waits; false when that failed. */
  save: () => Promise<boolean>;
}

export interface DocumentPageProps {
  title: string;
  note?: string;
  query: { queryKey: readonly unknown[]; queryFn: (context: { signal: AbortSignal }) => Promise<Json> };
  /** Sends the changes: an object of the same shape with only what has changed. */
  save: (changes: Json) => Promise<unknown>;
  /** Whether what waits can't be saved as it is. */
  blocked?: (draft: Draft) => boolean;
  actions?: (draft: Draft) => ReactNode;
  children: (draft: Draft) => ReactNode;
}

export function DocumentPage({ title, note, query, save, blocked, actions, children }: DocumentPageProps) {
  const client = useQueryClient();
  const found = useQuery(query);
  const [changes, setChanges] = useState<ReadonlyMap<string, unknown>>(new Map());
  const [failure, setFailure] = useState<unknown>(null);
  const [pending, setPending] = useState(false);
  const dirty = changes.size > 0;

  useLeaveGuard(dirty && !pending);

  if (found.error && !found.data) return <Failed error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <PageLoading />;
  const stored = found.data;

  async function send(): Promise<boolean> {
    setPending(true);
    setFailure(null);
    try {
      await save(nested(changes));
      await client.invalidateQueries({ queryKey: query.queryKey });
      setChanges(new Map());
      toast({ kind: "success", text: t("settings.saved") });
      return true;
    } catch (error) {
      setFailure(error);
      return false;
    } finally {
      setPending(false);
    }
  }

  const complaints = failure instanceof ApiError ? failure.problems.filter((one) => one.field) : [];
  const draft: Draft = {
    get: <T,>(path: string) => (changes.has(path) ? changes.get(path) : at(stored, path)) as T,
    set: (path, value) =>
      setChanges((before) => {
        const after = new Map(before);
        if (JSON.stringify(value) === JSON.stringify(at(stored, path))) after.delete(path);
        else after.set(path, value);
        return after;
      }),
    error: (path) => complaints.find((one) => one.field === path || one.field?.startsWith(`${path}.`))?.message ?? null,
    dirty,
    save: send,
  };
  return (
    <>
      <PageHeader title={title} note={note}>
        {actions?.(draft)}
        {dirty && <Button onPress={() => setChanges(new Map())}>{t("settings.discard")}</Button>}
        <Button look="primary" isDisabled={!dirty || blocked?.(draft)} isPending={pending} onPress={() => void send()}>
          {t("settings.save")}
        </Button>
      </PageHeader>
      <div className="min-h-0 flex-1 overflow-auto">
        <div className="mx-auto flex max-w-2xl flex-col gap-8 p-6 max-sm:p-4">
          {failure !== null && (
            <div role="alert">
              <Notice tone="danger" title={t("settings.failed")}>
                {complaints.length
                  ? complaints.map((one) => (
                      <div key={one.field}>
                        <code className="font-mono">{one.field}</code>: {one.message}
                      </div>
                    ))
                  : errorText(failure)}
              </Notice>
            </div>
          )}
          {children(draft)}
        </div>
      </div>
    </>
  );
}

export interface Result {
  tone: "success" | "danger";
  text: string;
}

/** Tries what a page's settings are for. The attempt goes by what is saved, so changes are saved first. */
export function useAttempt(draft: Draft, work: () => Promise<unknown>, done: string) {
  const [result, setResult] = useState<Result | null>(null);
  const [pending, setPending] = useState(false);
  const run = async () => {
    setPending(true);
    setResult(null);
    try {
      if (draft.dirty && !(await draft.save())) return;
      await work();
      setResult({ tone: "success", text: done });
    } catch (error) {
      setResult({ tone: "danger", text: errorText(error) });
    } finally {
      setPending(false);
    }
  };
  return { result, pending, run };
}

/** A part of such a page under a heading. */
export function Part({
  title,
  note,
  children,
  end,
}: {
  title: string;
  note?: ReactNode;
  children: ReactNode;
  end?: ReactNode;
}) {
  return (
    <section aria-label={title} className="flex flex-col gap-4">
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <h2 className="text-[16px] font-semibold">{title}</h2>
          {note && <p className="text-fg-2">{note}</p>}
        </div>
        {end}
      </div>
      {children}
    </section>
  );
}

/** The value at a path of a document. */
export function at(document: unknown, path: string): unknown {
  let value = document;
  for (const name of path.split(".")) value = (value as Json | null | undefined)?.[name];
  return value;
}

/** `smtp.host` → `{smtp: {host}}`. */
export function nested(changes: ReadonlyMap<string, unknown>): Json {
  const whole: Json = {};
  for (const [path, value] of changes) {
    const names = path.split(".");
    const last = names.pop() ?? "";
    let place = whole;
    for (const name of names) {
      place[name] ??= {};
      place = place[name] as Json;
    }
    place[last] = value;
  }
  return whole;
}
