/** A policy: what it is, and what it allows. Nothing is saved before the bar at the bottom says so. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { ArrowLeft, Ellipsis, Eye, Globe, Trash2 } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { collectionName } from "~/api/names";
import { useCollections } from "~/api/queries";
import type { Action } from "~/api/types";
import { t } from "~/i18n/words/admin";
import { Button, ButtonLink, IconButton } from "~/kit/Button";
import { Notice, PageHeader } from "~/kit/bits";
import { SearchField, Switch, TextField } from "~/kit/fields";
import { Menu } from "~/kit/Menu";
import { Failed, PageLoading } from "~/kit/states";
import { useTitle } from "~/kit/title";
import {
  changesOf,
  countChanges,
  isNetwork,
  isPublic,
  named,
  ownersQuery,
  type Permission,
  type Policy,
  policyQuery,
  usedBy,
  whole,
} from "./data";
import { Matrix } from "./Matrix";
import { RuleDrawer } from "./RuleDrawer";
import { useEditing } from "./useEditing";

const TryDrawer = lazy(() => import("./TryDrawer"));

export function PolicyPage() {
  const { id } = useParams({ from: "/shell/settings/access/policies/$id" });
  const found = useQuery(policyQuery(id));
  if (found.error) return <Failed error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <PageLoading />;
  const { policy, permissions } = found.data;
  return <Editor key={`${id} ${found.dataUpdatedAt}`} policy={policy} stored={permissions} />;
}

type Meta = Pick<Policy, "name" | "description" | "admin_access" | "app_access" | "enforce_tfa" | "ip_access">;

function Editor({ policy, stored }: { policy: Policy; stored: Permission[] }) {
  useTitle(named(policy.name));
  const collections = useCollections();
  const [meta, setMeta] = useState<Partial<Meta>>({});
  const [rows, setRows] = useState(stored);
  const [system, setSystem] = useState(false);
  const [search, setSearch] = useState("");
  const [custom, setCustom] = useState<{ collection: string; action: Action } | null>(null);
  const [texts, setTexts] = useState(false);
  const [trying, setTrying] = useState(false);
  const [addresses, setAddresses] = useState((policy.ip_access ?? []).join(", "));
  const owners = useQuery(ownersQuery).data ?? {};
  const changes = useMemo(() => changesOf(stored, rows), [stored, rows]);
  const count = countChanges(changes) + Object.keys(meta).length;
  const now = { ...policy, ...meta };
  const everybody = isPublic(policy);

  const change = (part: Partial<Meta>) =>
    setMeta((before) =>
      Object.fromEntries(
        Object.entries({ ...before, ...part }).filter(
          ([name, value]) => JSON.stringify(value) !== JSON.stringify(policy[name as keyof Meta]),
        ),
      ),
    );

  const { failure, pending, save, drop } = useEditing({
    path: `/policies/${policy.id}`,
    dirty: count > 0,
    queries: ["policies", "collections", "fields", "relations", "permissions"],
    above: "/settings/access",
  });
  const badAddress = (now.ip_access ?? []).find((one) => !isNetwork(one));

  const wanted = search.trim().toLowerCase();
  const shown = collections.filter(
    (one) =>
      one.schema !== null &&
      (system || !one.collection.startsWith("directus_")) &&
      (!wanted || `${one.collection} ${collectionName(one)}`.toLowerCase().includes(wanted)),
  );

  return (
    <>
      <PageHeader
        title={named(now.name)}
        icon={everybody ? <Globe size={20} /> : undefined}
        note={usedBy(policy)}
        before={
          <ButtonLink href="/settings/access" look="quiet" aria-label={t("access.back")} className="px-2">
            <ArrowLeft size={18} className="rtl:-scale-x-100" />
          </ButtonLink>
        }
      >
        <Button icon={<Eye size={16} />} onPress={() => setTrying(true)}>
          {t("access.try")}
        </Button>
        {!everybody && (
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
                      t("access.policy.delete", { name: named(policy.name) }),
                      t("access.policy.delete.text", { count: policy.users.length }),
                    ),
                },
              ],
            ]}
          >
            <IconButton label={t("access.more")}>
              <Ellipsis size={18} />
            </IconButton>
          </Menu>
        )}
      </PageHeader>
      <div className="min-h-0 flex-1 overflow-auto">
        <div className="mx-auto flex max-w-5xl flex-col gap-6 p-6 max-sm:p-4">
          {failure && (
            <div role="alert">
              <Notice tone="danger">{failure}</Notice>
            </div>
          )}
          {!everybody && (
            <div className="grid grid-cols-2 gap-x-6 gap-y-4 max-sm:grid-cols-1">
              <TextField
                label={t("access.name")}
                value={named(now.name)}
                onChange={(name) => change({ name })}
                isRequired
              />
              <TextField
                label={t("access.description")}
                value={named(now.description)}
                onChange={(description) => change({ description: description || null })}
              />
              <div className="flex flex-col gap-2">
                <Switch
                  isSelected={now.app_access}
                  onChange={(on) => change({ app_access: on })}
                  isDisabled={now.admin_access}
                >
                  {t("access.app.switch")}
                </Switch>
                <Switch isSelected={now.admin_access} onChange={(on) => change({ admin_access: on })}>
                  {t("access.admin.switch")}
                </Switch>
                <Switch isSelected={now.enforce_tfa} onChange={(on) => change({ enforce_tfa: on })}>
                  {t("access.tfa.switch")}
                </Switch>
                {now.enforce_tfa && <p className="text-dense text-fg-2">{t("access.tfa.note")}</p>}
              </div>
              <TextField
                label={t("access.ip")}
                note={t(now.ip_access?.length ? "access.ip.lock" : "access.ip.note")}
                value={addresses}
                onChange={(text) => {
                  setAddresses(text);
                  const list = text.split(/[\s,]+/).filter(Boolean);
                  change({ ip_access: list.length ? list : null });
                }}
                error={badAddress ? t("access.ip.bad", { value: badAddress }) : null}
                placeholder="10.0.0.0/8, 192.168.1.7"
              />
            </div>
          )}
          {now.admin_access ? (
            <Notice tone="warning" title={t("access.admin.notice")}>
              {t("access.admin.notice.text")}
            </Notice>
          ) : (
            <section aria-label={t("access.matrix")} className="flex flex-col gap-3">
              <div className="flex flex-wrap items-center gap-3">
                <h2 className="flex-1 text-[16px] font-semibold">{t("access.matrix")}</h2>
                <SearchField
                  label={t("access.search")}
                  value={search}
                  onChange={setSearch}
                  className="w-56 max-sm:w-full"
                />
                <Switch isSelected={texts} onChange={setTexts}>
                  {t("access.matrix.texts")}
                </Switch>
                <Switch isSelected={system} onChange={setSystem}>
                  {t("access.system")}
                </Switch>
              </div>
              {shown.length ? (
                <Matrix
                  collections={shown}
                  rows={rows}
                  stored={stored}
                  owners={owners}
                  texts={texts}
                  onChange={setRows}
                  onCustom={(collection, action) => setCustom({ collection, action })}
                />
              ) : (
                <p className="py-6 text-center text-fg-2">{t("access.matrix.empty")}</p>
              )}
            </section>
          )}
        </div>
      </div>
      {count > 0 && (
        <div className="action-bar bg-raised px-6 max-sm:px-4">
          <span role="status" className="flex-1 font-medium">
            {t("access.changes", { count })}
          </span>
          <Button
            onPress={() => {
              setMeta({});
              setRows(stored);
              setAddresses((policy.ip_access ?? []).join(", "));
            }}
          >
            {t("access.discard")}
          </Button>
          <Button
            look="primary"
            isPending={pending}
            isDisabled={badAddress !== undefined || !named(now.name).trim()}
            onPress={() =>
              void save(
                { ...meta, ...(countChanges(changes) ? { permissions: changes } : {}) },
                t("access.saved", { name: named(now.name) }),
              )
            }
          >
            {t("access.save")}
          </Button>
        </div>
      )}
      {trying && (
        <Suspense>
          <TryDrawer onClose={() => setTrying(false)} />
        </Suspense>
      )}
      {custom && (
        <CustomRule
          rows={rows}
          {...custom}
          onClose={() => setCustom(null)}
          onApply={(permission, before) => {
            setRows([...rows.filter((row) => row !== before), permission]);
            setCustom(null);
          }}
        />
      )}
    </>
  );
}

function CustomRule({
  rows,
  collection,
  action,
  onClose,
  onApply,
}: {
  rows: Permission[];
  collection: string;
  action: Action;
  onClose: () => void;
  onApply: (permission: Permission, before: Permission | undefined) => void;
}) {
  const name = useCollections().find((one) => one.collection === collection);
  const before = rows.find((row) => row.collection === collection && row.action === action);
  return (
    <RuleDrawer
      title={t("access.rule.title", {
        collection: name ? collectionName(name) : collection,
        action: t(`access.action.${action}`),
      })}
      permission={before ?? whole(collection, action)}
      onClose={onClose}
      onApply={(permission) => onApply(permission, before)}
    />
  );
}
