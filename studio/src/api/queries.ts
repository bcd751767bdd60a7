/** What the whole studio knows of the server: the person, what they may do, what exists. All by TanStack Query. */
import { QueryClient, queryOptions, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { read } from "./client";
import { ApiError } from "./errors";
import { COLLECTIONS, fieldsAsk, GLOBALS, ME, PERMISSIONS, RELATIONS } from "./first";
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
    const [user, globals] = await Promise.all([read<User>(ME, signal), read<Globals>(GLOBALS, signal)]);
    return { ...user, ...globals };
  },
  staleTime: Number.POSITIVE_INFINITY,
});

export const permissionsQuery = queryOptions({
  queryKey: ["permissions"],
  queryFn: ({ signal }) => read<Permissions>(PERMISSIONS, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

export const collectionsQuery = queryOptions({
  queryKey: ["collections"],
  queryFn: ({ signal }) => read<Collection[]>(COLLECTIONS, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

export const relationsQuery = queryOptions({
  queryKey: ["relations"],
  queryFn: ({ signal }) => read<Relation[]>(RELATIONS, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

export const fieldsQuery = (collection: string) =>
  queryOptions({
    queryKey: ["fields", collection],
    queryFn: async ({ signal }) => sorted(await read<Field[]>(fieldsAsk(collection), signal)),
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
