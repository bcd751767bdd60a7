/** The items of a collection: views, filter, search, and a layout over them. */
import { useParams, useSearch } from "@tanstack/react-router";
import { collectionName, nameOf } from "~/api/names";
import { useCollection, useFields, useMay } from "~/api/queries";
import { t } from "~/i18n/i18n";
import { NoPermission } from "~/kit/states";
import { ContentNav } from "./ContentNav";
import { ItemList } from "./ItemList";
import type { ListSearch } from "./routes";
import { Singleton } from "./Singleton";

export function ListPage() {
  const { collection: name = "" } = useParams({ strict: false });
  return (
    <ContentNav>
      <Page key={name} name={name} />
    </ContentNav>
  );
}

function Page({ name }: { name: string }) {
  const collection = useCollection(name);
  const may = useMay(name, "read");
  if (!collection?.schema || name.startsWith("directus_")) return <NoPermission what={nameOf(name)} />;
  if (may.access === "none") return <NoPermission what={collectionName(collection)} action={t("app.action.read")} />;
  if (collection.meta?.singleton) return <Singleton name={name} />;
  return <Loaded name={name} />;
}

function Loaded({ name }: { name: string }) {
  const collection = useCollection(name);
  const fields = useFields(name);
  const search: ListSearch = useSearch({ strict: false });
  if (!collection) return null;
  return <ItemList collection={collection} fields={fields} search={search} />;
}
