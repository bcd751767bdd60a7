/** A collection of one item leads to that item. */
import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { get } from "~/api/client";
import { keyField } from "~/api/keys";
import { useFields } from "~/api/queries";
import { itemsPath } from "~/api/relations";
import type { Item } from "~/api/types";
import { Failed, PageLoading } from "~/kit/states";

export function Singleton({ name }: { name: string }) {
  const key = keyField(useFields(name));
  const query = useQuery({
    queryKey: ["items", name, "singleton"],
    queryFn: ({ signal }) => get<Item | null>(itemsPath(name), { fields: key }, signal),
  });
  if (query.isError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (query.isPending) return <PageLoading />;
  const id = query.data?.[key];
  return (
    <Navigate
      to="/content/$collection/$id"
      params={{ collection: name, id: id === null || id === undefined ? "new" : String(id) }}
      replace
    />
  );
}
