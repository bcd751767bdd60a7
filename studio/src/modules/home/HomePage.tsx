/** Where a person arrives: what they were at, their views, what is new; for admins the first steps. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Activity as ActivityIcon, Bell, Bookmark, PencilLine } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Link, Button as Pressed } from "react-aria-components";
import { get } from "~/api/client";
import { collectionName } from "~/api/names";
import { allowed, useCollections, useMe, usePermissions } from "~/api/queries";
import { useLive } from "~/api/realtime";
import { itemsPath } from "~/api/relations";
import type { Filter, Key } from "~/api/types";
import { formatDate, formatDateTime, formatNumber, formatRelative } from "~/i18n/format";
import { t } from "~/i18n/i18n";
import { Button, ButtonLink } from "~/kit/Button";
import { Icon } from "~/kit/Icon";
import { ANY_DIRECTION, cx } from "~/kit/style";
import { useTitle } from "~/kit/title";
import { useContentCollections } from "~/modules/content/collections";
import { countsQuery } from "~/modules/content/counts";
import { Avatar } from "~/shell/Avatar";
import { personName } from "~/shell/names";
import { notificationsQuery } from "~/shell/notificationsQuery";
import { openOverlay } from "~/shell/opened";
import { itemHref } from "~/shell/recent";
import { Checklist } from "./Checklist";
import { HomeCard } from "./HomeCard";
import { activityQuery, continueQuery, type Told } from "./history";
import { SampleBanner } from "./SampleBanner";

const LINE =
  "flex min-h-11 items-center gap-3 px-4 py-2 outline-offset-[-2px] data-[hovered]:bg-hover [&:not(:first-child)]:border-t [&:not(:first-child)]:border-line";

const OperationDialog = lazy(() => import("~/activity/OperationDialog"));

export function HomePage() {
  const me = useMe();
  const name = me.first_name || me.last_name;
  useTitle(t("shell.home"));
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto flex max-w-6xl flex-col gap-6 p-6 pb-12 max-sm:p-4">
        <header className="pt-2">
          <h1 className="text-home font-semibold text-balance max-sm:text-page">
            {name ? t("home.title", { name }) : t("home.title.unnamed")}
          </h1>
          <p className="text-fg-2">{formatDate(new Date(), { dateStyle: "full" })}</p>
        </header>
        {me.admin_access && <SampleBanner />}
        {me.admin_access && <Checklist />}
        <Collections />
        <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
          <div className="flex min-w-0 flex-col gap-6">
            <Continue />
            <Activity />
          </div>
          <div className="flex min-w-0 flex-col gap-6">
            <Views />
            <Inbox />
          </div>
        </div>
      </div>
    </div>
  );
}

/** A collection's name, as people call it. */
function useNameOf(): (name: string) => string {
  const collections = useCollections();
  return (name) => {
    const found = collections.find((one) => one.collection === name);
    return found ? collectionName(found) : name;
  };
}

function Time({ at }: { at: string }) {
  return (
    <time dateTime={at} title={formatDateTime(at)} className="shrink-0 text-caption text-fg-3">
      {formatRelative(at)}
    </time>
  );
}

/** More than these are a click away. */
const TILES = 12;

/** The way into the content, with how much there is. */
function Collections() {
  const readable = useContentCollections(false).filter((one) => one.schema);
  const shown = readable.slice(0, TILES);
  const counted = shown.filter((one) => !one.meta?.singleton).map((one) => one.collection);
  const counts = useQuery(countsQuery(counted)).data ?? {};
  if (shown.length === 0) return null;
  return (
    <section aria-labelledby="home-collections" className="flex flex-col gap-3">
      <header className="flex min-h-8 items-center gap-2">
        <h2 id="home-collections" className="min-w-0 flex-1 truncate font-semibold">
          {t("home.collections")}
        </h2>
        {readable.length > TILES && (
          <ButtonLink look="quiet" href="/content">
            {t("home.all")}
          </ButtonLink>
        )}
      </header>
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(10rem,100%),1fr))] gap-3">
        {shown.map((one) => (
          <li key={one.collection}>
            <Link
              href={`/content/${encodeURIComponent(one.collection)}`}
              className="flex min-h-12 items-center gap-2.5 rounded-card border border-line bg-surface px-3 py-2 data-[hovered]:border-line-strong data-[hovered]:shadow-raised"
            >
              <span className="shrink-0 text-fg-2">
                <Icon name={one.meta?.icon ?? (one.meta?.singleton ? "file" : "box")} size={18} />
              </span>
              <span title={collectionName(one)} className="min-w-0 flex-1 truncate font-medium">
                {collectionName(one)}
              </span>
              {counts[one.collection] !== undefined && (
                <span className="shrink-0 text-dense tabular-nums text-fg-2">
                  {formatNumber(counts[one.collection] ?? 0)}
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Continue() {
  const me = useMe();
  const nameOf = useNameOf();
  const query = useQuery(continueQuery(me.id));
  return (
    <HomeCard title={t("home.continue")} icon={<PencilLine size={16} />} query={query} empty={t("home.continue.empty")}>
      {(items) => (
        <div className="flex flex-col">
          {items.map((one) => (
            <Link key={`${one.collection}/${one.id}`} href={itemHref(one)} className={LINE}>
              <span className="min-w-0 flex-1">
                <span dir="auto" className={cx("block truncate font-medium", ANY_DIRECTION)}>
                  {one.title}
                </span>
                <span className="block truncate text-caption text-fg-3">{nameOf(one.collection)}</span>
              </span>
              {one.timestamp && <Time at={one.timestamp} />}
            </Link>
          ))}
        </div>
      )}
    </HomeCard>
  );
}

function Activity() {
  const me = useMe();
  const permissions = usePermissions();
  const query = useQuery(activityQuery);
  const [open, setOpen] = useState<string | null>(null);
  const sees = allowed(permissions, me.admin_access, "directus_activity", "read").access !== "none";
  if (!sees) return null;
  return (
    <HomeCard
      title={t(me.admin_access ? "home.activity" : "home.activity.mine")}
      icon={<ActivityIcon size={16} />}
      query={query}
      empty={t("home.activity.empty")}
    >
      {(events) => (
        <ul className="flex flex-col">
          {events.map((event) => (
            <Happened key={event.id} event={event} onOpen={setOpen} />
          ))}
          {open && (
            <Suspense fallback={null}>
              <OperationDialog operation={open} onClose={() => setOpen(null)} />
            </Suspense>
          )}
        </ul>
      )}
    </HomeCard>
  );
}

function Happened({ event, onOpen }: { event: Told; onOpen: (operation: string) => void }) {
  const nameOf = useNameOf();
  const collections = useCollections();
  const { collection, item, operation, count } = event;
  if (operation && count > 1) {
    // links between items are told by what they belong to
    const shown = (name: string) => !collections.find((one) => one.collection === name)?.meta?.hidden;
    const main = event.parts.find((part) => shown(part.collection)) ?? event.parts[0] ?? event;
    const others = new Set(event.parts.map((part) => part.collection).filter(shown));
    return (
      <li className={cx(LINE, "hover:bg-transparent")}>
        <Avatar user={event.user} size={24} />
        <span className="min-w-0 flex-1">
          <Pressed
            onPress={() => onOpen(operation)}
            className="rounded-sm text-start font-medium underline-offset-2 data-[hovered]:underline"
          >
            {t(`home.activity.${main.action}.many`, {
              name: event.user ? personName(event.user) : t("home.somebody"),
              count: main.count,
              text: formatNumber(main.count),
            })}
          </Pressed>
          <span className="block truncate text-caption text-fg-3">
            {others.size ? [...others].map(nameOf).join(", ") : nameOf(main.collection)}
          </span>
        </span>
        <Time at={event.timestamp} />
      </li>
    );
  }
  const title = event.title ?? `${nameOf(collection)} ${item}`;
  return (
    <li className={cx(LINE, "hover:bg-transparent")}>
      <Avatar user={event.user} size={24} />
      <span className="min-w-0 flex-1">
        <span className="line-clamp-2">
          {t(`home.activity.${event.action}`, { name: event.user ? personName(event.user) : t("home.somebody") })}{" "}
          {event.title ? (
            <Link
              href={itemHref({ collection, id: item })}
              className="rounded-sm font-medium underline-offset-2 data-[hovered]:underline"
            >
              <bdi>{title}</bdi>
            </Link>
          ) : (
            <bdi className="font-medium">{title}</bdi>
          )}
        </span>
        <span className="block truncate text-caption text-fg-3">{nameOf(collection)}</span>
      </span>
      <Time at={event.timestamp} />
    </li>
  );
}

interface View {
  id: Key;
  bookmark: string;
  collection: string;
  color: string | null;
  filter: Filter | null;
  search: string | null;
}

function Views() {
  const nameOf = useNameOf();
  const query = useQuery({
    queryKey: ["home", "views"],
    queryFn: ({ signal }) =>
      get<View[]>(
        "/presets",
        {
          fields: "id,bookmark,collection,color,filter,search",
          filter: { bookmark: { _nnull: true } },
          sort: "bookmark",
          limit: 12,
        },
        signal,
      ),
  });
  return (
    <HomeCard title={t("home.views")} icon={<Bookmark size={16} />} query={query} empty={t("home.views.empty")}>
      {(views) => (
        <div className="flex flex-col">
          {views.map((view) => (
            <Link
              key={view.id}
              href={`/content/${encodeURIComponent(view.collection)}?view=${view.id}`}
              className={LINE}
            >
              <span className="min-w-0 flex-1">
                <span className="flex items-center gap-2 font-medium">
                  {view.color && (
                    <span aria-hidden className="size-2 shrink-0 rounded-full" style={{ background: view.color }} />
                  )}
                  <span className="truncate">{view.bookmark}</span>
                </span>
                <span className="block truncate text-caption text-fg-3">{nameOf(view.collection)}</span>
              </span>
              <Count view={view} />
            </Link>
          ))}
        </div>
      )}
    </HomeCard>
  );
}

function Count({ view }: { view: View }) {
  const { data } = useQuery({
    queryKey: ["home", "count", view.id, view.filter, view.search],
    queryFn: async ({ signal }) => {
      const asked = { "aggregate[count]": "*", filter: view.filter ?? undefined, search: view.search };
      const rows = await get<{ count: number | string }[]>(itemsPath(view.collection), asked, signal);
      return Number(rows[0]?.count ?? 0);
    },
  });
  if (data === undefined) return null;
  return <span className="text-dense tabular-nums text-fg-2">{formatNumber(data)}</span>;
}

function Inbox() {
  const client = useQueryClient();
  const query = useQuery(notificationsQuery("inbox", 5));
  useLive("directus_notifications", () => void client.invalidateQueries({ queryKey: ["notifications"] }), {
    query: { fields: ["id"] },
  });
  return (
    <HomeCard
      title={t("shell.notifications")}
      icon={<Bell size={16} />}
      query={query}
      empty={t("shell.notifications.inbox.none")}
      end={
        <Button look="quiet" onPress={() => openOverlay("notifications")}>
          {t("home.all")}
        </Button>
      }
    >
      {(list) => (
        <ul className="flex flex-col">
          {list.map((one) => (
            <li key={one.id} className={cx(LINE, "hover:bg-transparent")}>
              <Avatar user={one.sender} size={24} />
              <span dir="auto" className={cx("min-w-0 flex-1 truncate", ANY_DIRECTION)}>
                {one.collection && one.item ? (
                  <Link
                    href={itemHref({ collection: one.collection, id: one.item })}
                    className="rounded-sm underline-offset-2 data-[hovered]:underline"
                  >
                    {one.subject}
                  </Link>
                ) : (
                  one.subject
                )}
              </span>
              <Time at={one.timestamp} />
            </li>
          ))}
        </ul>
      )}
    </HomeCard>
  );
}
