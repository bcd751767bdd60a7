/** A role: its name, the policies that come with it, the role above it, and who has it. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { ArrowLeft, Ellipsis, Trash2 } from "lucide-react";
import { useState } from "react";
import { Link } from "react-aria-components";
import { get } from "~/api/client";
import { aboveOf, treeOf, within } from "~/api/hierarchy";
import type { User } from "~/api/types";
import { t } from "~/i18n/words/admin";
import { Button, ButtonLink, IconButton } from "~/kit/Button";
import { Badge, Card, Notice, PageHeader } from "~/kit/bits";
import { Checkbox, Select, TextField } from "~/kit/fields";
import { Menu } from "~/kit/Menu";
import { Failed, Loading, PageLoading } from "~/kit/states";
import { useTitle } from "~/kit/title";
import { Avatar } from "~/shell/Avatar";
import { personName } from "~/shell/names";
import { isPublic, named, type Policy, policiesQuery, type Role, rolesQuery } from "./data";
import { policyChanges, useEditing } from "./useEditing";

const NONE = "none";

export function RolePage() {
  const { id } = useParams({ from: "/shell/settings/access/roles/$id" });
  const roles = useQuery(rolesQuery);
  const policies = useQuery(policiesQuery);
  const failed = roles.error ?? policies.error;
  if (failed) return <Failed error={failed} onRetry={() => void roles.refetch()} />;
  if (!roles.data || !policies.data) return <PageLoading />;
  const role = roles.data.find((one) => one.id === id);
  if (!role) return <Failed error={new Error(t("access.role.gone"))} />;
  return <Editor key={`${id} ${roles.dataUpdatedAt}`} role={role} roles={roles.data} policies={policies.data} />;
}

function Editor({ role, roles, policies }: { role: Role; roles: Role[]; policies: Policy[] }) {
  useTitle(named(role.name));
  const held = role.policies.map((row) => row.policy);
  const [name, setName] = useState(named(role.name));
  const [description, setDescription] = useState(named(role.description));
  const [parent, setParent] = useState(role.parent);
  const [chosen, setChosen] = useState(held);
  const people = useQuery({
    queryKey: ["roles", role.id, "people"],
    queryFn: ({ signal }) =>
      get<User[]>(
        "/users",
        {
          filter: { role: { _eq: role.id } },
          fields: "id,first_name,last_name,email,avatar",
          sort: "first_name,email",
          limit: 100,
        },
        signal,
      ),
  });

  const changes: Record<string, unknown> = {};
  if (name !== named(role.name)) changes.name = name;
  if (description !== named(role.description)) changes.description = description || null;
  if (parent !== role.parent) changes.parent = parent;
  const rows = policyChanges(role.policies, chosen);
  if (rows.create.length || rows.delete.length) changes.policies = rows;
  const dirty = Object.keys(changes).length > 0;
  const { failure, pending, save, drop } = useEditing({
    path: `/roles/${role.id}`,
    dirty,
    queries: ["roles", "policies", "people"],
    above: "/settings/access",
  });
  // a role can't be below itself
  const below = within(roles, role.id);
  const above = aboveOf(roles, parent);
  /** From which role a policy comes too. */
  const inheritedFrom = (policy: string) => above.find((one) => one.policies.some((row) => row.policy === policy));

  return (
    <>
      <PageHeader
        title={name || named(role.name)}
        note={t("access.people", { count: role.users.length })}
        before={
          <ButtonLink href="/settings/access" look="quiet" aria-label={t("access.back")} className="px-2">
            <ArrowLeft size={18} className="rtl:-scale-x-100" />
          </ButtonLink>
        }
      >
        <Menu
          label={t("access.more")}
          commands={[
            [
              {
                id: "delete",
                text: t("access.delete"),
                icon: <Trash2 size={16} />,
                danger: true,
                onAction: () =>
                  void drop(
                    t("access.role.delete", { name: named(role.name) }),
                    t("access.role.delete.text", { count: role.users.length }),
                  ),
              },
            ],
          ]}
        >
          <IconButton label={t("access.more")}>
            <Ellipsis size={18} />
          </IconButton>
        </Menu>
        <Button
          look="primary"
          isPending={pending}
          isDisabled={!dirty || !name.trim()}
          onPress={() => void save(changes, t("access.saved", { name }))}
        >
          {t("access.save")}
        </Button>
      </PageHeader>
      <div className="min-h-0 flex-1 overflow-auto">
        <div className="mx-auto flex max-w-3xl flex-col gap-6 p-6 max-sm:p-4">
          {failure && (
            <div role="alert">
              <Notice tone="danger">{failure}</Notice>
            </div>
          )}
          <div className="grid grid-cols-2 gap-4 max-sm:grid-cols-1">
            <TextField label={t("access.name")} value={name} onChange={setName} isRequired />
            <Select
              label={t("access.role.parent")}
              note={t("access.role.parent.note")}
              choices={[
                { id: NONE, text: t("access.role.no_parent") },
                ...treeOf(roles.filter((one) => !below.has(one.id))).map(({ one, depth }) => ({
                  id: one.id,
                  text: `${"\u2003".repeat(depth)}${named(one.name)}`,
                })),
              ]}
              value={parent ?? NONE}
              onChange={(id) => setParent(id === NONE ? null : id)}
            />
            <TextField
              label={t("access.description")}
              value={description}
              onChange={setDescription}
              className="col-span-full"
            />
          </div>
          <section aria-label={t("access.policies")} className="flex flex-col gap-2">
            <h2 className="text-[16px] font-semibold">{t("access.policies")}</h2>
            <Card className="flex flex-col gap-1 p-3">
              {policies
                .filter((policy) => !isPublic(policy))
                .map((policy) => ({ policy, from: inheritedFrom(policy.id) }))
                .map(({ policy, from }) => (
                  <div key={policy.id} className="flex items-center gap-2">
                    <Checkbox
                      isSelected={chosen.includes(policy.id)}
                      onChange={(on) =>
                        setChosen(on ? [...chosen, policy.id] : chosen.filter((id) => id !== policy.id))
                      }
                      className="flex-1"
                    >
                      {named(policy.name)}
                      {from && (
                        <Badge tone="info" className="ms-2">
                          {t("access.role.inherited", { role: named(from.name) })}
                        </Badge>
                      )}
                    </Checkbox>
                    <Link
                      href={`/settings/access/policies/${policy.id}`}
                      className="touch rounded-control px-2 py-1 text-dense text-accent data-[hovered]:underline"
                      aria-label={t("access.policy.open", { name: named(policy.name) })}
                    >
                      {t("access.open")}
                    </Link>
                  </div>
                ))}
            </Card>
          </section>
          <section aria-label={t("access.role.people")} className="flex flex-col gap-2">
            <h2 className="text-[16px] font-semibold">{t("access.role.people")}</h2>
            {people.error ? (
              <Failed error={people.error} onRetry={() => void people.refetch()} />
            ) : !people.data ? (
              <Loading />
            ) : people.data.length === 0 ? (
              <p className="text-fg-2">{t("access.role.nobody")}</p>
            ) : (
              <Card className="divide-y divide-line overflow-hidden">
                {people.data.map((person) => (
                  <Link
                    key={person.id}
                    href={`/people/${person.id}`}
                    className="flex min-h-11 items-center gap-3 px-4 py-1.5 outline-offset-[-2px] data-[hovered]:bg-hover"
                  >
                    <Avatar user={person} size={24} />
                    <span className="truncate">{personName(person)}</span>
                  </Link>
                ))}
              </Card>
            )}
          </section>
        </div>
      </div>
    </>
  );
}
