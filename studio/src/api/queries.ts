/** What the whole studio knows of the server: the person, what they may do, what exists. All by TanStack Query. */
import { QueryClient, queryOptions, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { get } from "./client";
import { ApiError } from "./errors";
import type { Action, Allowed, Collection, Field, Globals, Permissions, Relation, User } from "./types";

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (count, error) => count < 2 && (!(error instanceof ApiError) || error.offline || error.status >= 502),
      refetchOnWindowFocus: false,
    },
    mutations: { retry: false },
  },
});

/** The person, with what decides what they see. Fails with 401 for guests. */
export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async ({ signal }) => {
    const fields = "id,first_name,last_name,email,avatar,language,appearance,tfa_secret,provider,role.id,role.name";
    const [user, globals] = await Promise.all([
      get<User>("/users/me", { fields }, signal),
      get<Globals>("/policies/me/globals", undefined, signal),
    ]);
    return { ...user, ...globals };
  },
  staleTime: Number.POSITIVE_INFINITY,
});

export const permissionsQuery = queryOptions({
  queryKey: ["permissions"],
  queryFn: ({ signal }) => get<Permissions>("/permissions/me", undefined, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

export const collectionsQuery = queryOptions({
  queryKey: ["collections"],
  queryFn: ({ signal }) => get<Collection[]>("/collections", undefined, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

export const relationsQuery = queryOptions({
  queryKey: ["relations"],
  queryFn: ({ signal }) => get<Relation[]>("/relations", undefined, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

export const fieldsQuery = (collection: string) =>
  queryOptions({
    queryKey: ["fields", collection],
    queryFn: async ({ signal }) =>
      sorted(await get<Field[]>(`/fields/${encodeURIComponent(collection)}`, undefined, signal)),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const useMe = () => useSuspenseQuery(meQuery).data;
export const usePermissions = () => useSuspenseQuery(permissionsQuery).data;
export const useCollections = () => useSuspenseQuery(collectionsQuery).data;
export const useRelations = () => useSuspenseQuery(relationsQuery).data;
/** The fields of a collection in the order of its form. */
export const useFields = (collection: string) => useSuspenseQuery(fieldsQuery(collection)).data;
export const useCollection = (name: string): Collection | undefined =>
  useQuery(collectionsQuery).data?.find((collection) => collection.collection === name);

/** Whether the person may do something with at least some items of a collection, and at least some fields. */
export function useMay(collection: string, action: Action): Allowed {
  const me = useMe();
  const permissions = usePermissions();
  return allowed(permissions, me.admin_access, collection, action);
}

export function allowed(permissions: Permissions, admin: boolean, collection: string, action: Action): Allowed {
  if (admin) return { access: "full", fields: ["*"] };
  return permissions[collection]?.[action] ?? { access: "none" };
}

/** Forget what is known of the schema, after it changed. */
export function schemaChanged(): Promise<unknown> {
  return Promise.all(
    ["collections", "fields", "relations", "permissions"].map((queryKey) =>
      queryClient.invalidateQueries({ queryKey: [queryKey] }),
    ),
  );
}

function sorted(fields: Field[]): Field[] {
  const place = (field: Field) => field.meta?.sort ?? Number.MAX_SAFE_INTEGER;
  return [...fields].sort((a, b) => place(a) - place(b));
}
