/** First steps of a new project. What is done is seen from what is there, not from what was clicked. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Check, ChevronRight, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Link } from "react-aria-components";
import { get, requestBody } from "~/api/client";
import { useCollections, useMe } from "~/api/queries";
import { useLive } from "~/api/realtime";
import { itemsPath } from "~/api/relations";
import { boot } from "~/boot";
import { t } from "~/i18n/i18n";
import { IconButton } from "~/kit/Button";
import { Card } from "~/kit/bits";
import { CopyButton } from "~/kit/CopyButton";
import { cx } from "~/kit/style";

const KEY = "satchel.checklist";
/** Every project begins with this one. */
const GIVEN = "users";
const LOOKED_AT = 6;

interface Facts {
  items: boolean;
  invited: boolean;
}

async function countOf(path: string, field: string, signal: AbortSignal, filter?: object): Promise<number> {
  const rows = await get<{ count: Record<string, number | string> }[]>(
    path,
    { "aggregate[count]": field, filter },
    signal,
  );
  return Number(rows[0]?.count[field] ?? 0);
}

/** Somebody other than a browser signed in or wrote something: this is told at once, and kept for long. */
const BY_PROGRAMS = {
  _and: [{ user: { _nnull: true } }, { user_agent: { _nnull: true } }, { user_agent: { _ncontains: "Mozilla" } }],
};
/** The same of the log of requests, where reads stand too. */
const LOGGED = 'data.auth != "" && data.status < 400 && data.userAgent != "" && data.userAgent !~ "Mozilla"';
const LOOK_AGAIN_MILLISECONDS = 5000;

async function hasProgramCalled(signal: AbortSignal): Promise<boolean> {
  if ((await countOf("/activity", "id", signal, BY_PROGRAMS)) > 0) return true;
  const query = { perPage: 1, skipTotal: true, fields: "id", filter: LOGGED };
  const log = await requestBody<{ items: unknown[] }>("GET", "/api/logs", { query, signal }).catch(() => null);
  return Boolean(log?.items.length);
}

export function Checklist() {
  const me = useMe();
  const client = useQueryClient();
  const collections = useCollections().filter(
    (one) => one.schema && !one.collection.startsWith("directus_") && one.collection !== GIVEN,
  );
  const [hidden, setHidden] = useState(() => localStorage.getItem(KEY) === "hidden");
  const names = collections.slice(0, LOOKED_AT).map((one) => one.collection);
  const facts = useQuery({
    queryKey: ["home", "checklist", names],
    enabled: !hidden,
    queryFn: async ({ signal }): Promise<Facts> => {
      const [users, ...items] = await Promise.all([
        countOf("/users", "id", signal),
        ...names.map((name) =>
          get<unknown[]>(itemsPath(name), { limit: 1 }, signal)
            .then((rows) => (Array.isArray(rows) ? rows.length : rows ? 1 : 0))
            .catch(() => 0),
        ),
      ]);
      return { items: items.some((count) => count > 0), invited: users > 1 };
    },
  });
  const called = useQuery({
    queryKey: ["home", "called"],
    enabled: !hidden,
    queryFn: ({ signal }) => hasProgramCalled(signal),
    refetchInterval: ({ state }) => state.data === false && LOOK_AGAIN_MILLISECONDS,
  });
  const done = facts.data;
  useLive("directus_activity", () => void client.invalidateQueries({ queryKey: ["home"] }), {
    query: { fields: ["id"] },
    enabled: !hidden && called.data === false,
  });
  if (hidden || !done || called.data === undefined) return null;
  const first = collections.find((one) => !one.meta?.hidden && !one.meta?.singleton);
  const steps: { id: string; done: boolean; href?: string; more?: ReactNode }[] = [
    { id: "admin", done: true },
    { id: "collection", done: collections.length > 0, href: "/develop/schema?new=collection" },
    { id: "item", done: done.items, href: first ? `/content/${encodeURIComponent(first.collection)}/new` : undefined },
    { id: "api", done: called.data, more: <Call email={me.email ?? ""} /> },
    { id: "invite", done: done.invited, href: "/people" },
  ];
  const open = steps.find((step) => !step.done);
  if (!open) return null;
  const hide = () => {
    localStorage.setItem(KEY, "hidden");
    setHidden(true);
  };
  const count = steps.filter((step) => step.done).length;
  return (
    <Card>
      <section aria-label={t("home.steps")}>
        <header className="flex min-h-12 items-center gap-3 border-b border-line ps-4 pe-2">
          <h2 className="font-semibold">{t("home.steps")}</h2>
          <span className="min-w-0 flex-1 text-dense text-fg-2">
            {t("home.steps.count", { done: count, all: steps.length })}
          </span>
          <IconButton label={t("home.steps.hide")} onPress={hide}>
            <X size={16} />
          </IconButton>
        </header>
        <ol className="flex flex-col py-1">
          {steps.map((step) => (
            <li key={step.id} className="px-4 py-2">
              <div className="flex items-center gap-3">
                <span
                  className={cx(
                    "flex size-5 shrink-0 items-center justify-center rounded-full border",
                    step.done ? "border-transparent bg-success-bg text-success-fg" : "border-line-strong",
                  )}
                >
                  {step.done && <Check size={14} aria-label={t("home.steps.done")} />}
                </span>
                {step.done || !step.href ? (
                  <span className={cx(step.done && "text-fg-2")}>{t(`home.steps.${step.id}`)}</span>
                ) : (
                  <Link
                    href={step.href}
                    className="flex items-center gap-1 rounded-sm font-medium text-accent underline-offset-2 data-[hovered]:underline"
                  >
                    {t(`home.steps.${step.id}`)}
                    <ChevronRight size={16} aria-hidden className="rtl:-scale-x-100" />
                  </Link>
                )}
              </div>
              {!step.done && step.more && <div className="ps-8 pt-1.5">{step.more}</div>}
            </li>
          ))}
        </ol>
      </section>
    </Card>
  );
}

function Call({ email }: { email: string }) {
  const address = new URL(`${boot.api}/auth/login`, window.location.href).href;
  const command = `curl ${address} --json '${JSON.stringify({ email, password: "…" })}'`;
  return (
    <>
      <p className="text-dense text-fg-2">{t("home.steps.api.text")}</p>
      <div className="mt-1 flex items-center gap-1">
        <code className="min-w-0 flex-1 rounded-control bg-sunken px-3 py-1.5 font-mono text-[12.5px] break-all">
          {command}
        </code>
        <CopyButton text={command} />
      </div>
    </>
  );
}
