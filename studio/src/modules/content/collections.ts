import { allowed, useCollections, useMe, usePermissions } from "~/api/queries";
import type { Collection } from "~/api/types";

/** The collections that somebody sees in content. */
export function useContentCollections(hidden: boolean): Collection[] {
  const collections = useCollections();
  const me = useMe();
  const permissions = usePermissions();
  return collections.filter((one) => {
    if (one.collection.startsWith("directus_") || !one.meta || (one.meta.hidden && !hidden)) return false;
    return !one.schema || allowed(permissions, me.admin_access, one.collection, "read").access !== "none";
  });
}
