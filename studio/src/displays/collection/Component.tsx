import { useQuery } from "@tanstack/react-query";
import { Box } from "lucide-react";
import { collectionName } from "~/api/names";
import { collectionsQuery } from "~/api/queries";
import type { DisplayProps } from "~/extensions/contract";

/** The name of a collection, for fields that hold one. */
export default function CollectionValue({ value }: DisplayProps<string>) {
  const collection = useQuery(collectionsQuery).data?.find((one) => one.collection === value);
  return (
    <span className="inline-flex min-w-0 items-center gap-1.5">
      <Box size={14} aria-hidden className="shrink-0 text-fg-3" />
      <span className="truncate">{collection ? collectionName(collection) : value}</span>
    </span>
  );
}
