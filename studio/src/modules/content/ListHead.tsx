/**
 * What stands above the rows of a list: its title, views, search, filter, and how it is laid out. It is drawn apart from the rows,
 * as these come, are counted and change far more often.
 */
import { useNavigate } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { memo, useRef, useState } from "react";
import { collectionName } from "~/api/names";
import type { Collection, Field } from "~/api/types";
import { FilterChips } from "~/filter/FilterChips";
import type { WindowSource } from "~/grid/window";
import { t } from "~/i18n/i18n";
import { ButtonLink } from "~/kit/Button";
import { PageHeader } from "~/kit/bits";
import { SearchBox } from "~/kit/SearchBox";
import { useShortcut } from "~/shell/keys";
import { ArchiveSwitch } from "./ArchiveSwitch";
import type { ListColumn } from "./columns";
import { GroupSwitch } from "./GroupSwitch";
import type { Grouping } from "./grouping";
import { LayoutMenu } from "./LayoutMenu";
import { ListActions } from "./ListActions";
import type { Archived, ListQuery } from "./query";
import { AS_SAVED, type List } from "./useList";
import { useTyped } from "./useTyped";
import { ViewTabs } from "./ViewTabs";

interface ListHeadProps {
  collection: Collection;
  fields: readonly Field[];
  list: List;
  layoutOptions: Record<string, unknown>;
  columns: readonly ListColumn[];
  query: ListQuery;
  source: WindowSource;
  grouping: Grouping | undefined;
  /** All groups are to be opened, or closed. */
  onGroups: (open: boolean) => void;
  /** Which items are shown as far as they can be archived; undefined where they can't. */
  archived: Archived | undefined;
  onArchived: (archived: Archived) => void;
  mayCreate: boolean;
}

function ListHeadView(props: ListHeadProps) {
  const { collection, fields, list, source, mayCreate, archived } = props;
  const { view, set, go } = list;
  const name = collection.collection;
  const navigate = useNavigate();
  const searchBox = useRef<HTMLDivElement>(null);
  const [adding, setAdding] = useState(false);
  const [typed, setTyped] = useTyped(view.search ?? "", (text) => set({ search: text || null }));

  const group = t("content.keys");
  useShortcut("/", () => searchBox.current?.querySelector("input")?.focus(), { text: t("content.search"), group });
  useShortcut("f", () => setAdding(true), { text: t("content.filter"), group });
  useShortcut("n", () => void navigate({ to: "/content/$collection/$id", params: { collection: name, id: "new" } }), {
    text: t("content.create"),
    group,
    enabled: mayCreate,
  });
  const views = [undefined, ...list.presets.filter((one) => one.bookmark).map((one) => one.id)];
  const turn = (step: number) => {
    const at = views.indexOf(list.preset?.id);
    go({ ...AS_SAVED, view: views[(at + step + views.length) % views.length] });
  };
  useShortcut("[", () => turn(-1), { text: t("content.view.previous"), group, enabled: views.length > 1 });
  useShortcut("]", () => turn(1), { text: t("content.view.next"), group, enabled: views.length > 1 });

  return (
    <>
      <PageHeader title={collectionName(collection)} note={collection.meta?.note}>
        <LayoutMenu
          collection={name}
          layout={view.layout}
          options={props.layoutOptions}
          fields={fields}
          onLayout={(next) => set({ layout: next })}
          onOptions={(next) => set({ options: next })}
        />
        <ListActions
          collection={collection}
          fields={fields}
          query={props.query}
          columns={props.columns}
          source={source}
          onRefresh={() => source.refresh()}
        />
        {mayCreate && (
          <ButtonLink
            look="primary"
            icon={<Plus size={16} aria-hidden />}
            href={`/content/${encodeURIComponent(name)}/new`}
          >
            <span className="max-sm:sr-only">{t("content.create")}</span>
          </ButtonLink>
        )}
      </PageHeader>
      <ViewTabs collection={name} list={list} />
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-6 py-2 max-sm:px-4">
        <div ref={searchBox} className="w-56 max-sm:w-full">
          <SearchBox label={t("content.search")} value={typed} onChange={setTyped} />
        </div>
        <FilterChips
          collection={name}
          fields={fields}
          value={view.filter}
          onChange={(filter) => set({ filter })}
          adding={adding}
          onAdding={setAdding}
        />
        <div className="ms-auto flex flex-wrap gap-2">
          {view.layout === "tabular" && (
            <GroupSwitch
              fields={fields}
              grouping={props.grouping}
              onChange={(group) => set({ group })}
              onAll={props.onGroups}
            />
          )}
          {archived && <ArchiveSwitch value={archived} onChange={props.onArchived} />}
        </div>
      </div>
    </>
  );
}

export const ListHead = memo(ListHeadView);
