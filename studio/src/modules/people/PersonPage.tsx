/** One person: who they are, what they have, and what can be done with their account. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { ArrowLeft, Ellipsis, Eye, KeyRound, ListChecks, SearchCheck, ShieldOff, Trash2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { get, post } from "~/api/client";
import { useMay, useMe } from "~/api/queries";
import { viewAs } from "~/api/viewAs";
import { boot } from "~/boot";
import { formatDateTime } from "~/i18n/format";
import { t } from "~/i18n/words/admin";
import { Button, ButtonLink, IconButton } from "~/kit/Button";
import { Badge, Card, Notice, PageHeader } from "~/kit/bits";
import { confirm } from "~/kit/Dialog";
import { Checkbox, PasswordField, Select, TextField } from "~/kit/fields";
import { Menu } from "~/kit/Menu";
import { Failed, PageLoading } from "~/kit/states";
import { useTitle } from "~/kit/title";
import { isPublic, named, policiesQuery, rolesQuery } from "~/modules/access/data";
import { policyChanges, useEditing } from "~/modules/access/useEditing";
import { Passkeys } from "~/modules/account/Passkeys";
import { Sessions } from "~/modules/account/Sessions";
import { Avatar } from "~/shell/Avatar";
import { personName } from "~/shell/names";
import { PERSON_FIELDS, type Person, STATUSES, TONES } from "./data";

const TryDrawer = lazy(() => import("~/modules/access/TryDrawer"));

const NONE = "none";

export function PersonPage() {
  const { id } = useParams({ from: "/shell/people/$id" });
  const found = useQuery({
    queryKey: ["people", "one", id],
    queryFn: ({ signal }) => get<Person>(`/users/${id}`, { fields: PERSON_FIELDS }, signal),
  });
  if (found.error) return <Failed error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <PageLoading />;
  return <Editor key={`${id} ${found.dataUpdatedAt}`} person={found.data} />;
}

type Draft = Pick<Person, "first_name" | "last_name" | "email" | "title" | "status"> & {
  password?: string;
  role: string | null;
};

function Editor({ person }: { person: Person }) {
  const name = personName(person) || person.id;
  useTitle(name);
  const me = useMe();
  const mayChange = useMay("directus_users", "update").access !== "none";
  const mayDelete = useMay("directus_users", "delete").access !== "none";
  const roles = useQuery({ ...rolesQuery, enabled: me.admin_access }).data ?? [];
  const policies = useQuery({ ...policiesQuery, enabled: me.admin_access }).data ?? [];
  const start: Draft = { ...person, role: person.role?.id ?? null };
  const held = person.policies.map((row) => row.policy);
  const [draft, setDraft] = useState<Partial<Draft>>({});
  const [chosen, setChosen] = useState(held);
  const now = { ...start, ...draft };
  const rows = policyChanges(person.policies, chosen);
  const changes = { ...draft, ...(rows.create.length || rows.delete.length ? { policies: rows } : {}) };
  const dirty = Object.keys(changes).length > 0;
  const { failure, pending, work, save, drop } = useEditing({
    path: `/users/${person.id}`,
    dirty,
    queries: ["people", "policies", "roles"],
    above: "/people",
  });
  const [trying, setTrying] = useState(false);

  const change = (changes: Partial<Draft>) =>
    setDraft((before) =>
      Object.fromEntries(
        Object.entries({ ...before, ...changes }).filter(
          ([field, value]) => value !== (start[field as keyof Draft] ?? null) && value !== "",
        ),
      ),
    );

  async function disableSecondFactor() {
    const sure = await confirm({
      title: t("people.tfa.disable", { name }),
      text: t("people.tfa.disable.text"),
      action: t("people.tfa.disable.action"),
      danger: true,
    });
    if (sure) await work(() => post(`/users/${person.id}/tfa/disable`));
  }

  return (
    <>
      <PageHeader
        title={name}
        icon={<Avatar user={person} size={32} />}
        before={
          <ButtonLink href="/people" look="quiet" aria-label={t("people.back")} className="px-2">
            <ArrowLeft size={18} className="rtl:-scale-x-100" />
          </ButtonLink>
        }
      >
        <Badge tone={TONES[person.status] ?? "neutral"} dot>
          {t(`people.status.${person.status}`)}
        </Badge>
        <Menu
          label={t("people.actions")}
          commands={[
            me.admin_access
              ? [
                  {
                    id: "view",
                    text: t("people.view_as"),
                    icon: <Eye size={16} />,
                    disabled: person.id === me.id || person.status !== "active",
                    onAction: () => viewAs({ id: person.id, name }, `${boot.mount}home`),
                  },
                  {
                    id: "check",
                    text: t("people.check"),
                    icon: <SearchCheck size={16} />,
                    href: `/settings/access/check?user=${person.id}`,
                  },
                  {
                    id: "try",
                    text: t("people.try"),
                    icon: <ListChecks size={16} />,
                    onAction: () => setTrying(true),
                  },
                  !!person.tfa_secret && {
                    id: "tfa",
                    text: t("people.tfa.disable.action"),
                    icon: <ShieldOff size={16} />,
                    onAction: () => void disableSecondFactor(),
                  },
                ]
              : [],
            mayDelete && person.id !== me.id
              ? [
                  {
                    id: "delete",
                    text: t("access.delete"),
                    icon: <Trash2 size={16} />,
                    danger: true,
                    onAction: () => void drop(t("people.delete", { name }), t("people.delete.text")),
                  },
                ]
              : [],
          ]}
        >
          <IconButton label={t("people.actions")}>
            <Ellipsis size={18} />
          </IconButton>
        </Menu>
        {mayChange && (
          <Button
            look="primary"
            isDisabled={!dirty}
            isPending={pending}
            onPress={() => void save(changes, t("people.saved", { name }))}
          >
            {t("people.save")}
          </Button>
        )}
      </PageHeader>
      <div className="min-h-0 flex-1 overflow-auto">
        <div className="mx-auto flex max-w-3xl flex-col gap-6 p-6 max-sm:p-4">
          {failure && (
            <div role="alert">
              <Notice tone="danger">{failure}</Notice>
            </div>
          )}
          <div className="grid grid-cols-2 gap-4 max-sm:grid-cols-1">
            <TextField
              label={t("people.first")}
              value={now.first_name ?? ""}
              isReadOnly={!mayChange}
              onChange={(text) => change({ first_name: text || null })}
            />
            <TextField
              label={t("people.last")}
              value={now.last_name ?? ""}
              isReadOnly={!mayChange}
              onChange={(text) => change({ last_name: text || null })}
            />
            <TextField
              label={t("people.email")}
              type="email"
              value={now.email ?? ""}
              isReadOnly={!mayChange}
              onChange={(text) => change({ email: text || null })}
            />
            <TextField
              label={t("people.job")}
              value={now.title ?? ""}
              isReadOnly={!mayChange}
              onChange={(text) => change({ title: text || null })}
            />
            {mayChange && (
              <>
                <Select
                  label={t("people.status")}
                  choices={STATUSES.map((id) => ({ id, text: t(`people.status.${id}`) }))}
                  value={now.status}
                  onChange={(status) => change({ status })}
                />
                <PasswordField
                  label={t("people.new_password")}
                  autoComplete="new-password"
                  value={now.password ?? ""}
                  onChange={(password) => change({ password: password || undefined })}
                />
              </>
            )}
          </div>
          {me.admin_access && (
            <section aria-label={t("people.access")} className="flex flex-col gap-3">
              <h2 className="text-[16px] font-semibold">{t("people.access")}</h2>
              <Select
                label={t("people.role")}
                choices={[
                  { id: NONE, text: t("people.no_role") },
                  ...roles.map((role) => ({ id: role.id, text: named(role.name) })),
                ]}
                value={now.role ?? NONE}
                onChange={(id) => change({ role: id === NONE ? null : id })}
              />
              <Card className="flex flex-col gap-1 p-3">
                <h3 className="mb-1 flex items-center gap-2 text-dense font-medium text-fg-2">
                  <KeyRound size={14} aria-hidden /> {t("people.policies")}
                </h3>
                {policies
                  .filter((policy) => !isPublic(policy))
                  .map((policy) => (
                    <Checkbox
                      key={policy.id}
                      isSelected={chosen.includes(policy.id)}
                      onChange={(on) =>
                        setChosen(on ? [...chosen, policy.id] : chosen.filter((id) => id !== policy.id))
                      }
                    >
                      {named(policy.name)}
                    </Checkbox>
                  ))}
              </Card>
            </section>
          )}
          <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-dense text-fg-2">
            <dt>{t("people.last_access")}</dt>
            <dd>{person.last_access ? formatDateTime(person.last_access) : t("people.never")}</dd>
            <dt>{t("people.tfa")}</dt>
            <dd>{t(person.tfa_secret ? "people.tfa.on" : "people.tfa.off")}</dd>
            <dt>{t("people.id")}</dt>
            <dd className="font-mono break-all">{person.id}</dd>
          </dl>
          {me.admin_access && boot.passkeys && (
            <section aria-label={t("people.passkeys")} className="flex flex-col gap-3">
              <h2 className="text-[16px] font-semibold">{t("people.passkeys")}</h2>
              <Passkeys person={person.id === me.id ? undefined : { id: person.id, name }} mayAdd />
            </section>
          )}
          {me.admin_access && (
            <section aria-label={t("people.sessions")} className="flex flex-col gap-3">
              <h2 className="text-[16px] font-semibold">{t("people.sessions")}</h2>
              <Sessions person={person.id} />
            </section>
          )}
        </div>
      </div>
      {trying && (
        <Suspense>
          <TryDrawer person={person.id} onClose={() => setTrying(false)} />
        </Suspense>
      )}
    </>
  );
}
