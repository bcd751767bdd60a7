/** The page of one item, of a new one, or of a collection's only one. */
import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { FileQuestion } from "lucide-react";
import { useRef, useState } from "react";
import { ApiError } from "~/api/errors";
import { keyField } from "~/api/keys";
import { collectionName } from "~/api/names";
import { fieldsQuery, queryClient, useCollection, useMay } from "~/api/queries";
import type { Collection, Field, Key } from "~/api/types";
import { defaults } from "~/form/fields";
import { Journal } from "~/form/journal";
import { t } from "~/i18n/words/item";
import { ButtonLink } from "~/kit/Button";
import { Centered, Failed, NoPermission, PageLoading } from "~/kit/states";
import { itemPage } from "~/relations/paths";
import { NotFound } from "~/shell/NotFound";
import { copyOf } from "./copy";
import { ItemEditor } from "./ItemEditor";
import { accessQuery, itemQuery } from "./load";
import type { ItemSearch } from "./routes";
import { comparisonQuery, type Version, versionsQuery } from "./versions";

export function ItemPage() {
  const { collection, id } = useParams({ strict: false }) as { collection: string; id: string };
  const search = useSearch({ strict: false }) as ItemSearch;
  return <Item name={collection} id={id === "new" ? null : id} search={search} />;
}

function Item({ name, id, search }: { name: string; id: string | null; search: ItemSearch }) {
  const collection = useCollection(name);
  const may = useMay(name, "read");
  const fields = useQuery(fieldsQuery(name));
  // a new item after a new one has the same address
  const [round, setRound] = useState(0);
  if (!collection) return <NotFound />;
  if (may.access === "none") return <NoPermission what={collectionName(collection)} />;
  if (fields.error) return <Failed error={fields.error} onRetry={() => void fields.refetch()} />;
  if (!fields.data) return <PageLoading />;
  const key = `${name}/${id ?? "new"}/${search.version ?? ""}/${search.from ?? ""}`;
  if (collection.meta?.singleton || id !== null)
    return <Stored key={key} collection={collection} fields={fields.data} id={id} search={search} />;
  const again = () => setRound(round + 1);
  return <New key={`${key}/${round}`} collection={collection} fields={fields.data} search={search} onAgain={again} />;
}

interface NewProps {
  collection: Collection;
  fields: Field[];
  search: ItemSearch;
  onAgain: () => void;
}

function New({ collection, fields, search, onAgain }: NewProps) {
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
      primaryKey: keyField(fields),
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
      onAgain={onAgain}
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
  const primaryKey = keyField(fields);
  const may = useMay(collection.collection, "update");
  const loaded = useQuery(itemQuery(collection, id, fields));
  const access = useQuery(accessQuery(collection.collection, collection.meta?.singleton ? null : id));
  // an answer kept from an earlier visit may be old; what it lacks would look like somebody else's change
  const fresh = loaded.data && !(loaded.isStale && loaded.isFetching) ? loaded.data : null;
  const key = fresh ? ((fresh.item[primaryKey] ?? id) as Key | null) : null;
  const versions = useQuery({
    ...versionsQuery(collection.collection, key ?? ""),
    enabled: search.version !== undefined && key !== null,
  });
  const version = versions.data?.find((one) => one.key === search.version) ?? null;
  // made once: later answers are learnt by the journal, never put in its place
  const kept = useRef<{ journal: Journal; tag: string | null; version: Version | null } | null>(null);
  const [visit] = useState(() => Math.random());
  const opened = useQuery({
    queryKey: ["version-journal", visit, version?.id],
    queryFn: async () => {
      const [{ fill }, content] = await Promise.all([
        import("./versionJournal"),
        queryClient.fetchQuery(comparisonQuery(version?.id ?? "")),
      ]);
      const journal = new Journal({ collection: collection.collection, key, primaryKey, base: fresh?.item });
      await fill(journal, content.current);
      return journal;
    },
    enabled: fresh !== null && version !== null && kept.current === null,
    structuralSharing: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (fresh && !kept.current && search.version === undefined) {
    const journal = new Journal({ collection: collection.collection, key, primaryKey, base: fresh.item });
    kept.current = { journal, tag: fresh.tag, version: null };
  }
  if (fresh && !kept.current && version && opened.data)
    kept.current = { journal: opened.data, tag: fresh.tag, version };
  const failed = [loaded, versions, opened].find((one) => one.error);
  if (failed && !kept.current) {
    // the wire tells neither missing from forbidden
    if (failed.error instanceof ApiError && failed.error.status === 403) {
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
    return <Failed error={failed.error} onRetry={() => void failed.refetch()} />;
  }
  if (!kept.current && versions.data && version === null) {
    return (
      <Centered
        isPage
        icon={<FileQuestion size={20} />}
        title={t("item.version.missing")}
        actions={
          <ButtonLink href={itemPage(collection.collection, key ?? "")}>{t("item.version.missing.main")}</ButtonLink>
        }
      >
        {t("item.version.missing.text")}
      </Centered>
    );
  }
  if (!kept.current || !access.data) return <PageLoading />;
  return (
    <ItemEditor
      collection={collection}
      fields={fields}
      journal={kept.current.journal}
      search={search}
      tag={kept.current.tag}
      version={kept.current.version}
      access={access.data}
      writable={may.fields}
    />
  );
}
