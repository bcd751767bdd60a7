/** "May Ann change row 17, and why?" Asked of the server, which answers with the pieces that it decides by. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { CircleCheck, CircleHelp, CircleX, Eye } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-aria-components";
import { get } from "~/api/client";
import { collectionName, fieldName } from "~/api/names";
import { fieldsQuery, useCollections } from "~/api/queries";
import type { Field, Filter } from "~/api/types";
import { viewAs } from "~/api/viewAs";
import { boot } from "~/boot";
import { Sentence } from "~/filter/Sentence";
import { parseFilter } from "~/filter/tree";
import { t } from "~/i18n/words/admin";
import { Button } from "~/kit/Button";
import { Badge, Card, PageHeader } from "~/kit/bits";
import { ComboBox, Select, TextField } from "~/kit/fields";
import { Failed, Loading } from "~/kit/states";
import { useTitle } from "~/kit/title";
import type { CheckSearch } from "~/modules/settings/routes";
import { personName } from "~/shell/names";
import { ACTIONS, GUEST, named, peopleQuery, personChoices, rolesQuery } from "./data";

interface Reason {
  kind: "policy" | "rule" | "app_access";
  policy: string | null;
  rule: string | null;
  condition: Filter | string | null;
  fields: string[];
  validation: Filter | null;
  presets: Record<string, unknown>;
  holds: boolean | null;
}

interface Answer {
  allowed: boolean | null;
  admin: boolean;
  status: string | null;
  exists: boolean | null;
  fields: string[];
  policies: { id: string; name: string; through: "user" | "role" | "public"; role: string | null; in_force: boolean }[];
  reasons: Reason[];
}

export function CheckPage() {
  useTitle(t("access.check.title"));
  const asked = useSearch({ from: "/shell/settings/access/check" });
  const navigate = useNavigate();
  const collections = useCollections().filter((one) => one.schema !== null);
  const people = useQuery(peopleQuery).data;
  const set = (changes: Partial<CheckSearch>) =>
    void navigate({ to: "/settings/access/check", search: { ...asked, ...changes }, replace: true });
  const action = asked.action ?? "read";
  const person = people?.find((one) => one.id === asked.user);
  const name = person ? personName(person) : t("access.guest");
  return (
    <>
      <PageHeader title={t("access.check.title")} note={t("access.check.note")}>
        {asked.user && (
          <Button
            icon={<Eye size={16} />}
            onPress={() =>
              viewAs({ id: asked.user === GUEST ? "public" : (asked.user ?? ""), name }, `${boot.mount}content`)
            }
          >
            {t("access.view_as")}
          </Button>
        )}
      </PageHeader>
      <div className="min-h-0 flex-1 overflow-auto">
        <div className="mx-auto flex max-w-3xl flex-col gap-6 p-6 max-sm:p-4">
          <div className="grid grid-cols-4 gap-3 max-md:grid-cols-2 max-sm:grid-cols-1">
            <ComboBox
              label={t("access.check.person")}
              choices={personChoices(people ?? [])}
              selectedKey={asked.user ?? null}
              onSelectionChange={(key) => set({ user: key ? String(key) : undefined })}
            />
            <Select
              label={t("access.check.action")}
              choices={ACTIONS.map((one) => ({ id: one, text: t(`access.action.${one}`) }))}
              value={action}
              onChange={(id) => set({ action: id })}
            />
            <ComboBox
              label={t("access.collection")}
              choices={collections.map((one) => ({
                id: one.collection,
                text: collectionName(one),
                note: one.collection,
              }))}
              selectedKey={asked.collection ?? null}
              onSelectionChange={(key) => set({ collection: key ? String(key) : undefined, item: undefined })}
            />
            <TextField
              label={t("access.check.item")}
              placeholder={t("access.check.item.any")}
              value={asked.item ?? ""}
              isDisabled={action === "create"}
              onChange={(item) => set({ item: item.trim() || undefined })}
            />
          </div>
          {asked.user && asked.collection ? (
            <Result asked={asked} action={action} name={name} collection={asked.collection} />
          ) : (
            <p className="py-10 text-center text-fg-2">{t("access.check.empty")}</p>
          )}
        </div>
      </div>
    </>
  );
}

function Result({
  asked,
  action,
  name,
  collection,
}: {
  asked: CheckSearch;
  action: string;
  name: string;
  collection: string;
}) {
  const item = action === "create" ? undefined : asked.item;
  const found = useQuery({
    queryKey: ["access", asked.user, action, collection, item],
    queryFn: ({ signal }) =>
      get<Answer>(
        "/permissions/check",
        { user: asked.user === GUEST ? undefined : asked.user, action, collection, item },
        signal,
      ),
    staleTime: 0,
    placeholderData: (before) => before,
  });
  const fields = useQuery(fieldsQuery(collection)).data ?? [];
  const collections = useCollections();
  const roles = useQuery(rolesQuery).data ?? [];
  if (found.error) return <Failed error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Loading />;
  const answer = found.data;
  const called = collections.find((one) => one.collection === collection);
  const values = {
    name,
    action: t(`access.action.${action}`),
    collection: called ? collectionName(called) : collection,
    item: item ?? "",
  };
  const verdict = verdictOf(answer, item !== undefined);
  return (
    <div className="flex flex-col gap-6" aria-live="polite">
      <Card className="flex items-start gap-3 p-4">
        <Mark allowed={answer.allowed} />
        <div className="min-w-0">
          <p className="text-[16px] font-semibold">{t(`access.verdict.${verdict}`, values)}</p>
          <p className="text-fg-2">{t(`access.verdict.${verdict}.text`, values)}</p>
          {answer.allowed !== false && action !== "delete" && action !== "share" && (
            <p className="mt-1 text-dense text-fg-2">
              {t("access.check.fields")} <FieldNames names={answer.fields} fields={fields} />
            </p>
          )}
        </div>
      </Card>
      <section aria-label={t("access.check.chain")} className="flex flex-col gap-2">
        <h2 className="text-[16px] font-semibold">{t("access.check.chain")}</h2>
        {answer.policies.length === 0 && <p className="text-fg-2">{t("access.check.no_policies")}</p>}
        <ul className="flex flex-wrap gap-2">
          {answer.policies.map((one) => (
            <li key={`${one.id} ${one.through} ${one.role ?? ""}`}>
              <Link
                href={`/settings/access/policies/${one.id}`}
                className="flex items-center gap-2 rounded-full border border-line bg-surface px-3 py-1 text-dense data-[hovered]:bg-hover pointer-coarse:min-h-11"
              >
                <span className="font-medium">{named(one.name)}</span>
                <span className="text-fg-2">
                  {t(`access.through.${one.through}`, {
                    role: named(roles.find((role) => role.id === one.role)?.name),
                  })}
                </span>
                {!one.in_force && <Badge tone="warning">{t("access.check.not_in_force")}</Badge>}
              </Link>
            </li>
          ))}
        </ul>
      </section>
      {!answer.admin && (
        <section aria-label={t("access.check.reasons")} className="flex flex-col gap-2">
          <h2 className="text-[16px] font-semibold">{t("access.check.reasons")}</h2>
          {answer.reasons.length === 0 && <p className="text-fg-2">{t("access.check.no_reasons", values)}</p>}
          {answer.reasons.map((reason, place) => (
            <ReasonCard
              // biome-ignore lint/suspicious/noArrayIndexKey: reasons have no name of their own, and come as a whole
              key={place}
              reason={reason}
              collection={collection}
              fields={fields}
              policy={named(answer.policies.find((one) => one.id === reason.policy)?.name)}
            />
          ))}
        </section>
      )}
    </div>
  );
}

/** Which sentence says it. */
function verdictOf(answer: Answer, one: boolean): string {
  if (answer.status && answer.status !== "active") return "inactive";
  if (one && answer.exists === false) return "gone";
  if (answer.admin) return "admin";
  if (answer.allowed === null) return "depends";
  return answer.allowed ? "yes" : "no";
}

function Mark({ allowed }: { allowed: boolean | null }) {
  if (allowed === null) return <CircleHelp size={24} aria-hidden className="shrink-0 text-info-fg" />;
  return allowed ? (
    <CircleCheck size={24} aria-hidden className="shrink-0 text-success-fg" />
  ) : (
    <CircleX size={24} aria-hidden className="shrink-0 text-danger-fg" />
  );
}

function FieldNames({ names, fields }: { names: string[]; fields: Field[] }): ReactNode {
  if (names.includes("*")) return t("access.check.fields.all");
  if (names.length === 0) return t("access.check.fields.none");
  return names
    .map((name) => {
      const field = fields.find((one) => one.field === name);
      return field ? fieldName(field) : name;
    })
    .join(", ");
}

function ReasonCard({
  reason,
  collection,
  fields,
  policy,
}: {
  reason: Reason;
  collection: string;
  fields: Field[];
  policy: string;
}) {
  const title =
    reason.kind === "policy"
      ? t("access.reason.policy", { policy })
      : reason.kind === "rule"
        ? t("access.reason.rule", { rule: reason.rule })
        : t("access.reason.app");
  return (
    <Card className="flex flex-col gap-1.5 p-4">
      <div className="flex flex-wrap items-center gap-2">
        <h3 className="flex-1 font-medium">{title}</h3>
        {reason.holds !== null && (
          <Badge tone={reason.holds ? "success" : "neutral"} dot>
            {t(reason.holds ? "access.reason.holds" : "access.reason.fails")}
          </Badge>
        )}
      </div>
      <div className="text-dense text-fg-2">
        {reason.condition === null ? (
          t("access.reason.every")
        ) : typeof reason.condition === "string" ? (
          <code className="font-mono break-words text-fg">{reason.condition}</code>
        ) : (
          <Sentence collection={collection} fields={fields} node={parseFilter(reason.condition)} />
        )}
      </div>
      <div className="text-dense text-fg-2">
        {t("access.check.fields")} <FieldNames names={reason.fields} fields={fields} />
      </div>
    </Card>
  );
}
