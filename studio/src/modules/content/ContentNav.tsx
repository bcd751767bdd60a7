/** The navigation of content: collections in their groups, and saved views. */
import { useQuery } from "@tanstack/react-query";
import { Bookmark, Eye, EyeOff, Plus } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { collectionName } from "~/api/names";
import { useMe } from "~/api/queries";
import type { Collection } from "~/api/types";
import { formatNumber } from "~/i18n/format";
import { t } from "~/i18n/i18n";
import { ButtonLink, IconButton } from "~/kit/Button";
import { Icon } from "~/kit/Icon";
import { SearchBox } from "~/kit/SearchBox";
import { NavGroup, NavLink, NavPanel } from "~/shell/NavPanel";
import { useContentCollections } from "./collections";
import { countsQuery } from "./counts";
import { bookmarksQuery } from "./presets";

interface Branch {
  collection: Collection;
  children: Branch[];
}

/** Collections as a tree by their groups, each level in its order. What a person can't read is not in it. */
export function treeOf(collections: readonly Collection[]): Branch[] {
  const place = (one: Collection) => one.meta?.sort ?? Number.MAX_SAFE_INTEGER;
  const sorted = [...collections].sort(
    (a, b) => place(a) - place(b) || collectionName(a).localeCompare(collectionName(b)),
  );
  const names = new Set(sorted.map((one) => one.collection));
  const below = (parent: string | null): Branch[] =>
    sorted
      .filter((one) => {
        const group = one.meta?.group ?? null;
        return (group !== null && names.has(group) && group !== one.collection ? group : null) === parent;
      })
      .map((collection) => ({ collection, children: below(collection.collection) }));
  return below(null);
}

/** Folders without anything in them that can be read say nothing. */
const fruitful = (branch: Branch): boolean => !!branch.collection.schema || branch.children.some(fruitful);

export function ContentNav({ children }: { children: ReactNode }) {
  const [text, setText] = useState("");
  const [hidden, setHidden] = useState(false);
  const collections = useContentCollections(hidden);
  const all = useContentCollections(true);
  const me = useMe();
  const views = useQuery(bookmarksQuery).data ?? [];
  const tables = collections.filter((one) => one.schema && !one.meta?.singleton).map((one) => one.collection);
  const counts = useQuery(countsQuery(tables)).data ?? {};
  const typed = text.trim().toLowerCase();
  const tree = useMemo(() => treeOf(collections).filter(fruitful), [collections]);
  const matches = collections.filter(
    (one) =>
      one.schema && (collectionName(one).toLowerCase().includes(typed) || one.collection.toLowerCase().includes(typed)),
  );
  const count = (name: string) => {
    const known = counts[name];
    return known === undefined ? undefined : formatNumber(known);
  };
  const link = (collection: Collection) => (
    <NavLink
      key={collection.collection}
      to="/content/$collection"
      params={{ collection: collection.collection }}
      icon={<Icon name={collection.meta?.icon ?? (collection.meta?.singleton ? "file" : "box")} />}
      end={count(collection.collection)}
    >
      {collectionName(collection)}
    </NavLink>
  );
  const branch = ({ collection, children: below }: Branch): ReactNode => {
    const inner = below.filter(fruitful);
    if (!collection.schema) {
      return (
        <NavGroup
          key={collection.collection}
          title={collectionName(collection)}
          isOpen={collection.meta?.collapse !== "closed"}
        >
          {inner.map(branch)}
        </NavGroup>
      );
    }
    return (
      <div key={collection.collection}>
        {link(collection)}
        {inner.length > 0 && <div className="ms-4 flex flex-col gap-px">{inner.map(branch)}</div>}
      </div>
    );
  };
  return (
    <NavPanel
      title={t("content.title")}
      actions={
        all.length > collections.length || hidden ? (
          <IconButton
            label={t(hidden ? "content.hidden.hide" : "content.hidden.show")}
            onPress={() => setHidden(!hidden)}
          >
            {hidden ? <EyeOff size={16} /> : <Eye size={16} />}
          </IconButton>
        ) : undefined
      }
      nav={
        <>
          {all.length > 6 && (
            <SearchBox label={t("content.nav.search")} value={text} onChange={setText} className="mb-2" />
          )}
          {typed ? (
            <div className="flex flex-col gap-px">
              {matches.map(link)}
              {matches.length === 0 && <p className="px-2 py-1 text-fg-3">{t("content.nav.none")}</p>}
            </div>
          ) : (
            <>
              <div className="flex flex-col gap-px">{tree.filter((one) => one.collection.schema).map(branch)}</div>
              {tree.filter((one) => !one.collection.schema).map(branch)}
              {views.length > 0 && (
                <NavGroup title={t("content.views")}>
                  {views.map((view) => (
                    <NavLink
                      key={view.id}
                      to="/content/$collection"
                      params={{ collection: view.collection }}
                      search={{ view: view.id }}
                      activeOptions={{ exact: true }}
                      icon={<Bookmark size={16} aria-hidden />}
                    >
                      {view.bookmark}
                    </NavLink>
                  ))}
                </NavGroup>
              )}
            </>
          )}
        </>
      }
      footer={
        me.admin_access && (
          <ButtonLink
            look="quiet"
            icon={<Plus size={16} />}
            className="w-full justify-start"
            href="/develop/schema?new=collection"
          >
            {t("content.new")}
          </ButtonLink>
        )
      }
    >
      {children}
    </NavPanel>
  );
}
