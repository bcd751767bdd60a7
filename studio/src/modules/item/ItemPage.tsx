/** The page of one item, of a new one, or of a collection's only one. */
import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { FileQuestion } from "lucide-react";
import { useRef } from "react";
import { ApiError } from "~/api/errors";
import { collectionName } from "~/api/names";
import { fieldsQuery, useCollection, useMay } from "~/api/queries";
import type { Collection, Field, Key } from "~/api/types";
import { defaults, primaryKeyOf } from "~/form/fields";
import { Journal } from "~/form/journal";
import { t } from "~/i18n/words/item";
import { ButtonLink } from "~/kit/Button";
import { Centered, Failed, NoPermission, PageLoading } from "~/kit/states";
import { NotFound } from "~/shell/NotFound";
import { copyOf } from "./copy";
import { ItemEditor } from "./ItemEditor";
import { accessQuery, itemQuery } from "./load";
import type { ItemSearch } from "./routes";
import { versionsQuery } from "./versions";

export function ItemPage() {
  const { collection, id } = useParams({ strict: false }) as { collection: string; id: string };
  const search = useSearch({ strict: false }) as ItemSearch;
  return <Item name={collection} id={id === "new" ? null : id} search={search} />;
}

function Item({ name, id, search }: { name: string; id: string | null; search: ItemSearch }) {
  const collection = useCollection(name);
  const may = useMay(name, "read");
  const fields = useQuery(fieldsQuery(name));
  if (!collection) return <NotFound />;
  if (may.access === "none") return <NoPermission what={collectionName(collection)} />;
  if (fields.error) return <Failed error={fields.error} onRetry={() => void fields.refetch()} />;
  if (!fields.data) return <PageLoading />;
  const key = `${name}/${id ?? "new"}/${search.version ?? ""}/${search.from ?? ""}`;
  if (collection.meta?.singleton || id !== null)
    return <Stored key={key} collection={collection} fields={fields.data} id={id} search={search} />;
  return <New key={key} collection={collection} fields={fields.data} search={search} />;
}

function New({ collection, fields, search }: { collection: Collection; fields: Field[]; search: ItemSearch }) {
  const may = useMay(collection.collection, "create");
  const source = useQuery({
    ...itemQuery(collection, search.from ?? null, fields),
    enabled: search.from !== undefined,
  });
  const kept = useRef<Journal | null>(null);
  if (may.access === "none") return <NoPermission what={collectionName(collection)} action={t("item.action.create")} />;
  if (search.from !== undefined && source.isPending) return <PageLoading />;
  if (!kept.current) {
    kept.current = new Journal({
      collection: collection.collection,
      key: null,
      primaryKey: primaryKeyOf(fields),
      base: defaults(fields, may.presets),
    });
    const copied = source.data ? copyOf(source.data.item, fields, collection.meta?.item_duplication_fields) : {};
    for (const [field, value] of Object.entries(copied)) kept.current.set(kept.current.root, field, value);
  }
  return (
    <ItemEditor
      collection={collection}
      fields={fields}
      journal={kept.current}
      search={search}
      tag={null}
      version={null}
      access={{ update: true, delete: false }}
      writable={may.fields}
    />
  );
}

function Stored({
  collection,
  fields,
  id,
  search,
}: {
  collection: Collection;
  fields: Field[];
  id: string | null;
  search: ItemSearch;
}) {
  const primaryKey = primaryKeyOf(fields);
  const may = useMay(collection.collection, "update");
  const loaded = useQuery(itemQuery(collection, id, fields, search.version));
  const access = useQuery(accessQuery(collection.collection, collection.meta?.singleton ? null : id));
  const versions = useQuery({
    ...versionsQuery(collection.collection, id ?? ""),
    enabled: search.version !== undefined && id !== null,
  });
  // made once: later answers are learnt by the journal, never put in its place
  const kept = useRef<{ journal: Journal; tag: string | null } | null>(null);
  // an answer kept from an earlier visit may be old; what it lacks would look like somebody else's change
  if (loaded.data && !kept.current && !(loaded.isStale && loaded.isFetching)) {
    const { item, tag } = loaded.data;
    const key = (item[primaryKey] ?? id) as Key | null;
    kept.current = { journal: new Journal({ collection: collection.collection, key, primaryKey, base: item }), tag };
  }
  if (loaded.error && !kept.current) {
    // the wire tells neither missing from forbidden
    if (loaded.error instanceof ApiError && loaded.error.status === 403) {
      return (
        <Centered
          isPage
          icon={<FileQuestion size={20} />}
          title={t("item.missing")}
          actions={
            <ButtonLink href={`/content/${encodeURIComponent(collection.collection)}`}>{t("item.back")}</ButtonLink>
          }
        >
          {t("item.missing.text")}
        </Centered>
      );
    }
    return <Failed error={loaded.error} onRetry={() => void loaded.refetch()} />;
  }
  if (!kept.current || !access.data || (search.version !== undefined && versions.isPending)) return <PageLoading />;
  return (
    <ItemEditor
      collection={collection}
      fields={fields}
      journal={kept.current.journal}
      search={search}
      tag={kept.current.tag}
      version={versions.data?.find((one) => one.key === search.version) ?? null}
      access={access.data}
      writable={may.fields}
    />
  );
}
