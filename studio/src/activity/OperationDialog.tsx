/** What was done in one go, part by part. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "react-aria-components";
import { get } from "~/api/client";
import { collectionName } from "~/api/names";
import { useCollections } from "~/api/queries";
import { titlesQuery } from "~/api/titles";
import { formatDateTime } from "~/i18n/format";
import { t } from "~/i18n/words/list";
import { Button } from "~/kit/Button";
import { Dialog } from "~/kit/Dialog";
import { Failed, Loading } from "~/kit/states";
import { ANY_DIRECTION, cx } from "~/kit/style";
import { personName } from "~/shell/names";
import { itemHref } from "~/shell/recent";
import { EVENT_FIELDS, type Event, operationPath } from "./activity";

const PAGE = 50;

export default function OperationDialog({ operation, onClose }: { operation: string; onClose: () => void }) {
  const collections = useCollections();
  const query = useInfiniteQuery({
    queryKey: ["operation", operation, "entries"],
    queryFn: ({ pageParam, signal }) =>
      get<Event[]>(
        operationPath(operation),
        { fields: EVENT_FIELDS, sort: "id", limit: PAGE, offset: pageParam },
        signal,
      ),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => (last.length === PAGE ? pages.length * PAGE : undefined),
  });
  const events = query.data?.pages.flat() ?? [];
  const refs = events
    .filter((one) => one.action !== "delete")
    .map(({ collection, item }) => ({ collection, id: item }));
  const titled = useQuery({ ...titlesQuery(refs), placeholderData: (before) => before }).data;
  const titles = new Map(titled?.map((one) => [`${one.collection}/${one.id}`, one.title]));
  const [first] = events;
  return (
    <Dialog
      isOpen
      title={
        first
          ? t("activity.operation", {
              name: first.user ? personName(first.user) : t("activity.somebody"),
              at: formatDateTime(first.timestamp),
            })
          : t("app.loading")
      }
      onClose={onClose}
      footer={
        <Button look="primary" onPress={onClose}>
          {t("app.close")}
        </Button>
      }
    >
      {query.error ? (
        <Failed error={query.error} onRetry={() => void query.refetch()} />
      ) : query.isPending ? (
        <Loading />
      ) : (
        <div className="flex flex-col gap-3">
          <ul aria-label={t("activity.parts")} className="flex flex-col rounded-card border border-line">
            {events.map(({ id, action, collection, item }) => {
              const title = titles.get(`${collection}/${item}`);
              const known = collections.find((one) => one.collection === collection);
              return (
                <li
                  key={id}
                  className="flex min-h-9 items-center gap-3 border-line px-3 py-1.5 [&:not(:first-child)]:border-t"
                >
                  <span className="w-20 shrink-0 text-caption text-fg-2">{t(`activity.${action}`)}</span>
                  <span className={cx("min-w-0 flex-1 truncate", ANY_DIRECTION)}>
                    {title ? (
                      <Link
                        href={itemHref({ collection, id: item })}
                        className="rounded-sm font-medium underline-offset-2 data-[hovered]:underline"
                      >
                        <bdi>{title}</bdi>
                      </Link>
                    ) : (
                      <bdi>{item}</bdi>
                    )}
                  </span>
                  <span className="max-w-[40%] shrink-0 truncate text-caption text-fg-3">
                    {known ? collectionName(known) : collection}
                  </span>
                </li>
              );
            })}
          </ul>
          {query.hasNextPage && (
            <Button look="quiet" isPending={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
              {t("activity.more")}
            </Button>
          )}
        </div>
      )}
    </Dialog>
  );
}
