/** All collections that the person may read. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { LayoutList } from "lucide-react";
import { collectionName } from "~/api/names";
import { useMe } from "~/api/queries";
import { formatNumber } from "~/i18n/format";
import { t } from "~/i18n/i18n";
import { ButtonLink } from "~/kit/Button";
import { PageHeader } from "~/kit/bits";
import { Icon } from "~/kit/Icon";
import { Empty } from "~/kit/states";
import { ContentNav } from "./ContentNav";
import { useContentCollections } from "./collections";
import { countsQuery } from "./counts";

export function ContentIndex() {
  const me = useMe();
  const collections = useContentCollections(false).filter((one) => one.schema);
  const tables = collections.filter((one) => !one.meta?.singleton).map((one) => one.collection);
  const counts = useQuery(countsQuery(tables)).data ?? {};
  return (
    <ContentNav>
      <PageHeader title={t("content.title")} />
      {collections.length === 0 ? (
        <Empty
          icon={<LayoutList size={20} />}
          title={t(me.admin_access ? "content.none" : "content.none.shared")}
          actions={
            me.admin_access && (
              <ButtonLink look="primary" href="/develop/schema?new=collection">
                {t("content.none.create")}
              </ButtonLink>
            )
          }
        >
          {t(me.admin_access ? "content.none.text" : "content.none.shared.text")}
        </Empty>
      ) : (
        <div className="min-h-0 flex-1 overflow-y-auto p-6 max-sm:p-4">
          <ul className="grid max-w-5xl grid-cols-[repeat(auto-fill,minmax(15rem,1fr))] gap-3">
            {collections.map((one) => (
              <li key={one.collection}>
                <Link
                  to="/content/$collection"
                  params={{ collection: one.collection }}
                  className="flex h-full min-h-20 items-start gap-3 rounded-card border border-line bg-surface p-4 hover:border-line-strong hover:shadow-raised"
                >
                  <span className="mt-0.5 text-fg-2">
                    <Icon name={one.meta?.icon ?? (one.meta?.singleton ? "file" : "box")} size={20} />
                  </span>
                  <span className="min-w-0 flex-1">
                    <span className="block truncate font-medium">{collectionName(one)}</span>
                    {one.meta?.note && <span className="line-clamp-2 text-dense text-fg-2">{one.meta.note}</span>}
                    <span className="mt-1 block truncate text-caption text-fg-3 tabular-nums">
                      {one.meta?.singleton
                        ? t("content.one_item")
                        : counts[one.collection] === undefined
                          ? "\u00a0"
                          : t("content.items", {
                              count: counts[one.collection],
                              text: formatNumber(counts[one.collection] ?? 0),
                            })}
                    </span>
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        </div>
      )}
    </ContentNav>
  );
}
