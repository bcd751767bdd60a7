/** What leads to an item, by collection and field, each a link. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-aria-components";
import { collectionName, fieldName } from "~/api/names";
import { fieldsQuery, useCollections } from "~/api/queries";
import type { Key } from "~/api/types";
import { formatNumber } from "~/i18n/format";
import { t } from "~/i18n/words/item";
import { Failed, Loading } from "~/kit/states";
import { LinkedText } from "./LinkedText";
import { placeOf, type Referring, referringQuery } from "./referring";

export default function ReferringList({ collection, itemKey }: { collection: string; itemKey: Key }) {
  const found = useQuery(referringQuery(collection, itemKey));
  if (found.error) return <Failed error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Loading />;
  if (found.data.length === 0) return <p className="text-dense text-fg-2">{t("relations.referring.none")}</p>;
  return (
    <div className="flex flex-col gap-4">
      {found.data.map((one) => (
        <Group key={`${one.collection}.${one.field}`} of={one} />
      ))}
    </div>
  );
}

function Group({ of: { collection, field, count, keys } }: { of: Referring }) {
  const about = useCollections().find((one) => one.collection === collection);
  const column = useQuery(fieldsQuery(collection)).data?.find((one) => one.field === field);
  const name = about ? collectionName(about) : collection;
  return (
    <section aria-label={name} className="flex flex-col gap-1">
      <div className="flex items-baseline justify-between gap-2">
        <h4 className="min-w-0 truncate">
          <span className="font-medium">{name}</span>{" "}
          <span className="text-dense text-fg-2">{column ? fieldName(column) : field}</span>
        </h4>
        <span className="tabular-nums text-fg-2">{formatNumber(count)}</span>
      </div>
      <ul className="flex flex-col">
        {keys.map((key) => (
          <li key={String(key)} className="flex min-h-7 items-center">
            <Link
              href={placeOf(collection, key)}
              className="flex min-w-0 items-center rounded-control text-accent data-[hovered]:underline pointer-coarse:min-h-11 pointer-coarse:min-w-11"
            >
              <LinkedText journal={null} collection={collection} target={key} />
            </Link>
          </li>
        ))}
      </ul>
      {count > keys.length && (
        <p className="text-dense text-fg-2">{t("relations.referring.more", { count: count - keys.length })}</p>
      )}
    </section>
  );
}
