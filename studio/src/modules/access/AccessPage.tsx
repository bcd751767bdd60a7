/** Who may do what, at a glance: policies say what is allowed, roles and people have them. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ChevronRight, Globe, Plus, ShieldCheck, Users } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Link } from "react-aria-components";
import { post } from "~/api/client";
import { errorText } from "~/api/errors";
import { aboveOf, treeOf } from "~/api/hierarchy";
import { t } from "~/i18n/words/admin";
import { Button } from "~/kit/Button";
import { Badge, Card, Notice, PageHeader } from "~/kit/bits";
import { Dialog, DialogActions } from "~/kit/Dialog";
import { TextField } from "~/kit/fields";
import { Empty, Failed, Loading } from "~/kit/states";
import { ANY_DIRECTION, cx } from "~/kit/style";
import { useTitle } from "~/kit/title";
import { isPublic, named, OWN_PROFILE, type Policy, policiesQuery, type Role, rolesQuery, usedBy } from "./data";

export function AccessPage() {
  useTitle(t("access.title"));
  const policies = useQuery(policiesQuery);
  const roles = useQuery(rolesQuery);
  const [making, setMaking] = useState<"policy" | "role" | null>(null);
  const failed = policies.error ?? roles.error;
  return (
    <>
      <PageHeader title={t("access.title")} note={t("access.note")} />
      <div className="min-h-0 flex-1 overflow-auto">
        {failed ? (
          <Failed
            error={failed}
            onRetry={() => {
              void policies.refetch();
              void roles.refetch();
            }}
          />
        ) : !policies.data || !roles.data ? (
          <Loading />
        ) : (
          <div className="mx-auto flex max-w-3xl flex-col gap-8 p-6 max-sm:p-4">
            <Section
              title={t("access.policies")}
              note={t("access.policies.note")}
              action={
                <Button icon={<Plus size={16} />} onPress={() => setMaking("policy")}>
                  {t("access.policy.new")}
                </Button>
              }
            >
              {[...policies.data].sort(publicFirst).map((policy) => (
                <PolicyRow key={policy.id} policy={policy} />
              ))}
            </Section>
            <Section
              title={t("access.roles")}
              note={t("access.roles.note")}
              action={
                <Button icon={<Plus size={16} />} onPress={() => setMaking("role")}>
                  {t("access.role.new")}
                </Button>
              }
            >
              {roles.data.length === 0 && <Empty title={t("access.roles.empty")} />}
              {treeOf(roles.data).map(({ one, depth }) => (
                <RoleRow key={one.id} role={one} depth={depth} roles={roles.data} policies={policies.data} />
              ))}
            </Section>
          </div>
        )}
      </div>
      {making && <NewDialog kind={making} onClose={() => setMaking(null)} />}
    </>
  );
}

function Section({
  title,
  note,
  action,
  children,
}: {
  title: string;
  note: string;
  action: ReactNode;
  children: ReactNode;
}) {
  return (
    <section aria-label={title} className="flex flex-col gap-3">
      <div className="flex flex-wrap items-end gap-3">
        <div className="min-w-0 flex-1">
          <h2 className="text-[16px] font-semibold">{title}</h2>
          <p className="text-fg-2">{note}</p>
        </div>
        {action}
      </div>
      <Card className="divide-y divide-line overflow-hidden">{children}</Card>
    </section>
  );
}

function Row({
  href,
  icon,
  title,
  note,
  end,
  depth = 0,
}: {
  href: string;
  icon: ReactNode;
  /** How many others it lies below. */
  depth?: number;
  title: string;
  note?: string;
  end: ReactNode;
}) {
  return (
    <Link
      href={href}
      style={{ paddingInlineStart: 16 + depth * 28 }}
      className="flex min-h-14 items-center gap-3 py-2 pe-4 outline-offset-[-2px] data-[hovered]:bg-hover"
    >
      <span className="flex size-8 shrink-0 items-center justify-center rounded-full bg-sunken text-fg-2">{icon}</span>
      <span className="min-w-0 flex-1">
        <span dir="auto" className={cx("block truncate font-medium", ANY_DIRECTION)}>
          {title}
        </span>
        {note && <span className="block truncate text-dense text-fg-2 max-sm:whitespace-normal">{note}</span>}
      </span>
      <span className="flex shrink-0 items-center gap-2 max-sm:hidden">{end}</span>
      <ChevronRight size={16} aria-hidden className="shrink-0 text-fg-3 rtl:-scale-x-100" />
    </Link>
  );
}

function PolicyRow({ policy }: { policy: Policy }) {
  const everybody = isPublic(policy);
  const used = usedBy(policy);
  return (
    <Row
      href={`/settings/access/policies/${policy.id}`}
      icon={everybody ? <Globe size={16} /> : <ShieldCheck size={16} />}
      title={named(policy.name)}
      note={named(policy.description) || used}
      end={
        <>
          {policy.admin_access && <Badge tone="warning">{t("access.admin")}</Badge>}
          {policy.app_access && !policy.admin_access && <Badge tone="info">{t("access.app")}</Badge>}
          {!everybody && <span className="text-dense text-fg-2">{used}</span>}
        </>
      }
    />
  );
}

/** What holds for guests is what is looked for most. */
const publicFirst = (one: Policy, other: Policy): number => Number(isPublic(other)) - Number(isPublic(one));

function RoleRow({ role, depth, roles, policies }: { role: Role; depth: number; roles: Role[]; policies: Policy[] }) {
  const names = role.policies
    .flatMap((row) => policies.filter((policy) => policy.id === row.policy))
    .map((policy) => named(policy.name));
  const above = aboveOf(roles, role.parent)[0];
  const own = names.length ? names.join(", ") : t("access.role.no_policies");
  return (
    <Row
      href={`/settings/access/roles/${role.id}`}
      icon={<Users size={16} />}
      depth={depth}
      title={named(role.name)}
      note={above ? `${own}, ${t("access.role.inherits", { role: named(above.name) })}` : own}
      end={<span className="text-dense text-fg-2">{t("access.people", { count: role.users.length })}</span>}
    />
  );
}

function NewDialog({ kind, onClose }: { kind: "policy" | "role"; onClose: () => void }) {
  const [name, setName] = useState("");
  const [failure, setFailure] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const navigate = useNavigate();
  const client = useQueryClient();

  async function make() {
    if (!name.trim() || pending) return;
    setPending(true);
    setFailure(null);
    try {
      const path = kind === "policy" ? "/policies" : "/roles";
      // whoever gets a policy made here is meant to use the studio, and to look after the own account there
      const policy = { app_access: true, permissions: { create: [OWN_PROFILE] } };
      const body = { name: name.trim(), ...(kind === "policy" ? policy : {}) };
      const { id } = await post<{ id: string }>(path, body);
      await client.invalidateQueries({ queryKey: [kind === "policy" ? "policies" : "roles"] });
      await navigate(
        kind === "policy"
          ? { to: "/settings/access/policies/$id", params: { id } }
          : { to: "/settings/access/roles/$id", params: { id } },
      );
    } catch (error) {
      setFailure(errorText(error));
      setPending(false);
    }
  }

  return (
    <Dialog
      isOpen
      size="small"
      title={t(kind === "policy" ? "access.policy.new" : "access.role.new")}
      onClose={onClose}
      footer={
        <DialogActions onCancel={onClose} isDisabled={!name.trim()} isPending={pending} onPress={() => void make()}>
          {t(kind === "policy" ? "access.policy.create" : "access.role.create")}
        </DialogActions>
      }
    >
      <form
        className="flex flex-col gap-3 pb-2"
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        {failure && <Notice tone="danger">{failure}</Notice>}
        <TextField label={t("access.name")} value={name} onChange={setName} autoFocus isRequired />
      </form>
    </Dialog>
  );
}
