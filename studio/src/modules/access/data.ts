/** Roles, policies and permissions as the Directus wire has them. */
import { queryOptions } from "@tanstack/react-query";
import { get } from "~/api/client";
import type { Action, Field, Filter, User } from "~/api/types";
import { sameFilter } from "~/filter/tree";
import { t } from "~/i18n/words/admin";
import { personName } from "~/shell/names";

export const ACTIONS: Action[] = ["create", "read", "update", "delete", "share"];

export interface Permission {
  id?: number;
  collection: string;
  action: Action;
  permissions: Filter | null;
  validation: Filter | null;
  presets: Record<string, unknown> | null;
  fields: string[] | null;
  /** Brought by app access, not stored. */
  system?: boolean;
}

/** A row that gives a policy to a role, to a user, or to everybody (neither). */
export interface Attachment {
  id: string;
  role: string | null;
  user: string | null;
}

export interface Policy {
  id: string;
  name: string;
  icon: string | null;
  description: string | null;
  ip_access: string[] | null;
  enforce_tfa: boolean;
  admin_access: boolean;
  app_access: boolean;
  /** Who has it: the field is called `users`, but has the rows of roles too. */
  users: Attachment[];
}

export interface Role {
  id: string;
  name: string;
  icon: string | null;
  description: string | null;
  parent: string | null;
  policies: { id: string; policy: string }[];
  users: string[];
}

export const policiesQuery = queryOptions({
  queryKey: ["policies"],
  queryFn: ({ signal }) =>
    get<Policy[]>("/policies", { fields: "*,users.id,users.role,users.user", sort: "name", limit: -1 }, signal),
});

export const rolesQuery = queryOptions({
  queryKey: ["roles"],
  queryFn: ({ signal }) =>
    get<Role[]>("/roles", { fields: "*,policies.id,policies.policy,users", sort: "name", limit: -1 }, signal),
});

export const policyQuery = (id: string) =>
  queryOptions({
    queryKey: ["policies", id],
    queryFn: async ({ signal }) => {
      const [policy, permissions] = await Promise.all([
        get<Policy>(`/policies/${id}`, { fields: "*,users.id,users.role,users.user" }, signal),
        get<(Permission & { policy: string })[]>(
          "/permissions",
          { filter: { policy: { _eq: id } }, limit: -1 },
          signal,
        ),
      ]);
      return { policy, permissions };
    },
  });

/** Names of what came with the installation are keys of texts. */
const OWN: Record<string, string> = {
  "$t:public_label": "access.public",
  "$t:public_description": "access.public.note",
  "$t:admin_description": "access.admin.note",
};

export const named = (text: string | null | undefined): string => {
  const id = text ? OWN[text] : undefined;
  return id ? t(id) : (text ?? "");
};

/** Whether everybody has it, signed in or not. */
export const isPublic = (policy: Policy): boolean => policy.users.some((row) => row.role === null && row.user === null);

/** Who has a policy, in words: "2 roles, 1 person". */
export function usedBy(policy: Policy): string {
  if (isPublic(policy)) return t("access.used.public");
  const roles = policy.users.filter((row) => row.role).length;
  const people = policy.users.filter((row) => row.user).length;
  const parts = [roles && t("access.used.roles", { count: roles }), people && t("access.people", { count: people })];
  return parts.filter(Boolean).join(", ") || t("access.used.nobody");
}

export type Level = "none" | "all" | "own" | "custom";

/** What a cell of the matrix says. Several rows of one policy for one action add up, and can't be shown as one. `owner`:
 * the collection's field that says whose an item is. */
export function levelOf(rows: readonly Permission[], owner?: string): Level {
  if (rows.length === 0) return "none";
  if (rows.some((row) => isPlain(row) && isEmpty(row.permissions))) return "all";
  const [row] = rows;
  const own = rows.length === 1 && row && owner && isPlain(row) && sameFilter(row.permissions, ownedBy(owner));
  return own ? "own" : "custom";
}

function isPlain(row: Permission): boolean {
  const everyField = row.action === "delete" || row.action === "share" || row.fields?.includes("*") === true;
  return everyField && isEmpty(row.validation) && isEmpty(row.presets);
}

const isEmpty = (value: object | null | undefined): boolean => !value || Object.keys(value).length === 0;

const ownedBy = (owner: string): Filter => ({ [owner]: { _eq: "$CURRENT_USER" } });

/** The field that says whose an item is: filled in with who makes it, else one that links to a person. */
export function ownerField(fields: readonly Field[]): string | undefined {
  const people = fields.filter((field) => field.schema?.foreign_key_table === "directus_users");
  const made = fields.find((field) => field.meta?.special?.includes("user-created"));
  return (made ?? people.find((field) => !field.meta?.special?.includes("user-updated")))?.field;
}

/** The owner field of each collection that has one. */
export const ownersQuery = queryOptions({
  queryKey: ["fields", "owners"],
  queryFn: async ({ signal }) => {
    const fields = await get<Field[]>("/fields", undefined, signal);
    const names = [...new Set(fields.map((field) => field.collection))];
    return Object.fromEntries(
      names.flatMap((name) => {
        const owner = ownerField(fields.filter((field) => field.collection === name));
        return owner ? [[name, owner]] : [];
      }),
    ) as Record<string, string>;
  },
});

/** A row that grants what belongs to oneself. */
export const own = (collection: string, action: Action, owner: string): Permission => ({
  ...whole(collection, action),
  permissions: ownedBy(owner),
});

/** A row that grants everything. */
export const whole = (collection: string, action: Action): Permission => ({
  collection,
  action,
  permissions: null,
  validation: null,
  presets: null,
  fields: ["*"],
});

const OWN_PROFILE_FIELDS = [
  ...["first_name", "last_name", "email", "password", "location", "title", "description", "tags", "avatar"],
  ...["language", "appearance", "theme_light", "theme_dark", "theme_light_overrides", "theme_dark_overrides"],
  ...["text_direction", "email_notifications", "tfa_secret"],
];

/** One's own account: what app access alone does not let people change. */
export const OWN_PROFILE: Permission = {
  ...whole("directus_users", "update"),
  permissions: { id: { _eq: "$CURRENT_USER" } },
  fields: OWN_PROFILE_FIELDS,
};

export interface Changes {
  create: Omit<Permission, "id">[];
  update: Permission[];
  delete: number[];
}

const content = ({ collection, action, permissions, validation, presets, fields }: Permission) =>
  JSON.stringify([collection, action, permissions, validation, presets, fields]);

/** What leads from the stored rows to the wanted ones, as the nested write of a policy takes it. */
export function changesOf(stored: readonly Permission[], wanted: readonly Permission[]): Changes {
  const kept = new Map(wanted.filter((row) => row.id !== undefined).map((row) => [row.id, row]));
  const changes: Changes = { create: [], update: [], delete: [] };
  for (const row of stored) {
    if (row.id === undefined) continue;
    const now = kept.get(row.id);
    if (!now) changes.delete.push(row.id);
    else if (content(now) !== content(row)) changes.update.push(now);
  }
  for (const { id, ...row } of wanted) if (id === undefined) changes.create.push(row);
  return changes;
}

export const countChanges = (changes: Changes): number =>
  changes.create.length + changes.update.length + changes.delete.length;

/** Stands for whoever is not signed in. */
export const GUEST = "guest";

export const peopleQuery = queryOptions({
  queryKey: ["people", "all"],
  queryFn: ({ signal }) =>
    get<User[]>("/users", { fields: "id,first_name,last_name,email", sort: "first_name,email", limit: 500 }, signal),
});

/** Everybody to choose from, the guest first. */
export const personChoices = (people: readonly User[]): { id: string; text: string; note?: string }[] => [
  { id: GUEST, text: t("access.guest") },
  ...people.map((one) => ({
    id: one.id,
    text: personName(one),
    note: one.email && one.email !== personName(one) ? one.email : undefined,
  })),
];

/** Whether a text is an IP address or a network, as `10.0.0.0/8`; ranges (`10.0.0.1-10.0.0.9`) are two addresses. */
export function isNetwork(text: string): boolean {
  const [address = "", bits, ...more] = text.split("/");
  const [from = "", to, ...others] = address.split("-");
  if (more.length || others.length || (to !== undefined && (bits !== undefined || !isAddress(to)))) return false;
  const most = from.includes(":") ? 128 : 32;
  return isAddress(from) && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
}

const isAddress = (text: string): boolean =>
  text.includes(":")
    ? /^[0-9a-f:.]+$/i.test(text) && URL.canParse(`http://[${text}]`)
    : /^(\d{1,3}\.){3}\d{1,3}$/.test(text) && text.split(".").every((part) => Number(part) <= 255);
