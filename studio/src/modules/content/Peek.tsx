/** A look at one item beside the list; up and down lead to its neighbours. */
import { useQuery } from "@tanstack/react-query";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useEffect, useRef } from "react";
import { get } from "~/api/client";
import { keyField } from "~/api/keys";
import { fieldName } from "~/api/names";
import { useRelations } from "~/api/queries";
import { itemsPath, linkOf } from "~/api/relations";
import type { Collection, Field, Item } from "~/api/types";
import { DisplayValue } from "~/displays/DisplayValue";
import { loadRelated } from "~/displays/related";
import { displayText, templateOf } from "~/displays/template";
import type { WindowSource } from "~/grid/window";
import { t } from "~/i18n/i18n";
import { ButtonLink, IconButton } from "~/kit/Button";
import { Drawer } from "~/kit/Dialog";
import { Failed, Skeleton } from "~/kit/states";
import { columnFields } from "./columns";
import { listFields } from "./query";

export interface PeekProps {
  collection: Collection;
  fields: readonly Field[];
  id: string;
  source: WindowSource;
  onMove: (item: Item) => void;
  onClose: () => void;
}

export function Peek({ collection, fields, id, source, onMove, onClose }: PeekProps) {
  const relations = useRelations();
  const name = collection.collection;
  const key = keyField(fields);
  const shown = columnFields(fields, (field) => linkOf(field, relations)).filter((field) => !field.meta?.hidden);
  const query = useQuery({
    queryKey: ["items", name, "peek", id],
    queryFn: async ({ signal }) => {
      // what is asked of a linked item depends on what its collection has, its key to begin with
      await loadRelated(shown);
      const columns = shown.map((field) => ({ path: field.field, field }));
      const asked = listFields(columns, relations, collection, fields, key);
      return get<Item>(itemsPath(name, id), { fields: asked.fields.join(","), deep: asked.deep }, signal);
    },
  });
  const at = source.indexOf(id) ?? source.indexOf(Number(id));
  const item = query.data;
  const known = at === undefined ? undefined : source.row(at);
  const neighbour = (step: number) => (at === undefined ? undefined : source.row(at + step));
  const go = (step: number) => {
    const next = neighbour(step);
    if (next) onMove(next);
  };
  const latest = useRef(go);
  latest.current = go;
  useEffect(() => {
    const arrows = (event: KeyboardEvent) => {
      if (event.defaultPrevented || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
      event.preventDefault();
      latest.current(event.key === "ArrowDown" ? 1 : -1);
    };
    document.addEventListener("keydown", arrows);
    return () => document.removeEventListener("keydown", arrows);
  }, []);
  return (
    <Drawer
      isOpen
      onClose={onClose}
      title={displayText(templateOf(collection, fields), item ?? known) || id}
      actions={
        <>
          <IconButton label={t("content.peek.previous")} isDisabled={!neighbour(-1)} onPress={() => go(-1)}>
            <ArrowUp size={16} />
          </IconButton>
          <IconButton label={t("content.peek.next")} isDisabled={!neighbour(1)} onPress={() => go(1)}>
            <ArrowDown size={16} />
          </IconButton>
        </>
      }
      footer={
        <ButtonLink look="primary" href={`/content/${encodeURIComponent(name)}/${encodeURIComponent(id)}`}>
          {t("content.peek.open")}
        </ButtonLink>
      }
    >
      {query.isError ? (
        <Failed error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <dl tabIndex={0} className="flex flex-col gap-4 outline-offset-4">
          {shown.map((field) => (
            <div key={field.field} className="flex flex-col gap-1">
              <dt className="text-dense text-fg-2">{fieldName(field)}</dt>
              <dd className="min-h-5 break-words [&_.truncate]:whitespace-normal">
                {item ? (
                  <DisplayValue
                    field={field}
                    value={item[field.field]}
                    item={item}
                    collection={name}
                    empty={<span className="text-fg-3">{t("content.no_value")}</span>}
                  />
                ) : (
                  <Skeleton className="h-4 w-40" />
                )}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Drawer>
  );
}
