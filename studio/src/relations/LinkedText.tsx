/** A linked item in words: of one that is stored, of one that is only in the journal, or of one changed there. */

import { useQuery } from "@tanstack/react-query";
import { collectionName, singularName } from "~/api/names";
import { useCollection, useMay } from "~/api/queries";
import type { Key } from "~/api/types";
import { displayText } from "~/displays/template";
import { isNewNode, type Journal, type NodeId } from "~/form/journal";
import { useChanges } from "~/form/store";
import { t } from "~/i18n/words/item";
import { Skeleton } from "~/kit/states";
import { oneQuery, type Shape, useShape } from "./items";

const NOTHING: Shape = { primaryKey: "id", template: "", fields: [] };

/** The text of an item; undefined while it is on its way. */
export function useLinkedText(
  journal: Journal | null,
  collection: string,
  target: Key | NodeId | null,
  template?: string | null,
): string | undefined {
  const isNode = isNewNode(target);
  const mayRead = useMay(collection, "read").access !== "none";
  const shape = useShape(collection && (mayRead || isNode) ? collection : null, template);
  const about = useCollection(collection);
  const node = journal === null || target === null ? null : isNode ? String(target) : `${collection}/${target}`;
  useChanges(journal, node);
  const changes = node !== null && journal?.has(node) ? journal.node(node).sets : null;
  const fetched = useQuery({
    ...oneQuery(collection, target ?? "", shape ?? NOTHING),
    enabled: !isNode && target !== null && shape !== undefined,
  });
  if (target === null) return t("relations.nothing");
  const unseen = t("relations.unseen", { name: about ? collectionName(about) : collection, key: String(target) });
  if (!mayRead && !isNode) return unseen;
  if (!shape) return undefined;
  const name = about ? singularName(about) : collection;
  if (isNode) return displayText(shape.template, changes ?? {}) || t("relations.new", { name });
  if (fetched.isPending) return undefined;
  if (!fetched.data) return unseen;
  return displayText(shape.template, { ...fetched.data, ...plain(changes) }) || String(target);
}

const plain = (values: Record<string, unknown> | null) =>
  Object.fromEntries(Object.entries(values ?? {}).filter(([, value]) => typeof value !== "object"));

export function LinkedText(props: {
  journal: Journal | null;
  collection: string;
  target: Key | NodeId | null;
  template?: string | null;
}) {
  const text = useLinkedText(props.journal, props.collection, props.target, props.template);
  return text === undefined ? <Skeleton className="h-4 w-32" /> : <span className="truncate">{text}</span>;
}
