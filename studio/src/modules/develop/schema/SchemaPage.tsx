/** Develop → Schema: all collections in their folders, tables that the studio does not know yet, and what is the system's. */
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ChevronRight, Database, EyeOff, FolderPlus, GripVertical, Plus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import {
  Button as AriaButton,
  Collection as Items,
  Tree,
  TreeItem,
  TreeItemContent,
  useDragAndDrop,
} from "react-aria-components";
import { patch } from "~/api/client";
import { collectionName } from "~/api/names";
import { schemaChanged, useCollections, useRelations } from "~/api/queries";
import type { Collection } from "~/api/types";
import { t } from "~/i18n/words/admin";
import { Button, IconButton } from "~/kit/Button";
import { Badge, Notice, PageHeader } from "~/kit/bits";
import { SearchField } from "~/kit/fields";
import { Icon } from "~/kit/Icon";
import { Empty } from "~/kit/states";
import { toast, toastError } from "~/kit/Toast";
import { CollectionMenu } from "./CollectionMenu";
import { FolderDialog } from "./FolderDialog";
import { Section } from "./Section";
import { type Branch, isFolder, isSystem, isUnmanaged, moved, treeOf } from "./tree";

const NewCollectionDrawer = lazy(() =>
  import("./NewCollectionDrawer").then((module) => ({ default: module.NewCollectionDrawer })),
);

export function SchemaPage() {
  const collections = useCollections();
  const search = useSearch({ from: "/shell/develop/schema" });
  const navigate = useNavigate({ from: "/develop/schema" });
  const [folder, setFolder] = useState(false);
  const words = (search.q ?? "").toLowerCase();
  const matches = (one: Collection) => `${one.collection} ${collectionName(one)}`.toLowerCase().includes(words);
  const set = (changes: { new?: string; q?: string }) =>
    void navigate({ search: (now) => ({ ...now, ...changes }), replace: "q" in changes });
  const own = collections.filter((one) => one.meta !== null && !isSystem(one));
  const unmanaged = collections.filter((one) => isUnmanaged(one) && matches(one));
  const system = collections.filter((one) => isSystem(one) && matches(one));
  return (
    <>
      <PageHeader title={t("develop.room.schema")}>
        <Button icon={<FolderPlus size={16} />} onPress={() => setFolder(true)}>
          {t("develop.folder.new")}
        </Button>
        <Button look="primary" icon={<Plus size={16} />} onPress={() => set({ new: "collection" })}>
          {t("develop.new")}
        </Button>
      </PageHeader>
      <div className="min-h-0 flex-1 overflow-auto p-6 max-sm:p-4">
        <div className="mx-auto flex max-w-4xl flex-col gap-6">
          {own.length + unmanaged.length > 8 && (
            <SearchField
              label={t("develop.search")}
              className="max-w-xs"
              value={search.q ?? ""}
              onChange={(q) => set({ q: q || undefined })}
            />
          )}
          {own.length === 0 && unmanaged.length === 0 ? (
            <Empty
              icon={<Database size={20} />}
              title={t("develop.empty")}
              actions={
                <Button look="primary" icon={<Plus size={16} />} onPress={() => set({ new: "collection" })}>
                  {t("develop.new")}
                </Button>
              }
            >
              {t("develop.empty.text")}
            </Empty>
          ) : words ? (
            <ul className="overflow-hidden rounded-card border border-line bg-surface">
              {own.filter(matches).map((one) => (
                <li
                  key={one.collection}
                  className="flex items-center gap-2 border-b border-line px-3 py-1 last:border-b-0"
                >
                  <Row collection={one} />
                  <CollectionMenu collection={one} />
                </li>
              ))}
              {!own.some(matches) && <li className="px-3 py-3 text-fg-2">{t("develop.nothing_found")}</li>}
            </ul>
          ) : (
            own.length > 0 && <CollectionTree collections={collections} />
          )}
          {unmanaged.length > 0 && <Unmanaged collections={unmanaged} />}
          <Section title={t("develop.system")}>
            <p className="text-fg-2">{t("develop.system.text")}</p>
            <ul className="grid grid-cols-2 gap-x-4 max-sm:grid-cols-1">
              {system.map((one) => (
                <li key={one.collection} className="flex items-center gap-2 py-1">
                  <Row collection={one} />
                </li>
              ))}
            </ul>
          </Section>
        </div>
      </div>
      <Suspense fallback={null}>
        {search.new === "collection" && <NewCollectionDrawer isOpen onClose={() => set({ new: undefined })} />}
      </Suspense>
      {folder && <FolderDialog onClose={() => setFolder(false)} />}
    </>
  );
}

function Row({ collection }: { collection: Collection }) {
  const name = collectionName(collection);
  return (
    <>
      <span className="shrink-0 text-fg-3">
        <Icon name={collection.meta?.icon ?? (isFolder(collection) ? "folder" : "table")} size={16} />
      </span>
      {isFolder(collection) ? (
        <span className="truncate font-medium">{name}</span>
      ) : (
        <Link
          to={`/develop/schema/${encodeURIComponent(collection.collection)}` as string}
          className="truncate rounded-control py-0.5 font-medium text-fg no-underline hover:underline pointer-coarse:min-w-11 pointer-coarse:py-3"
        >
          {name}
        </Link>
      )}
      <code className="min-w-0 truncate font-mono text-caption text-fg-3 max-sm:hidden">{collection.collection}</code>
      <span className="flex-1" />
      {collection.meta?.singleton && <Badge>{t("develop.badge.singleton")}</Badge>}
      {collection.meta?.hidden && (
        <Badge>
          <EyeOff size={12} aria-hidden className="me-1 inline" />
          {t("develop.badge.hidden")}
        </Badge>
      )}
    </>
  );
}

function CollectionTree({ collections }: { collections: Collection[] }) {
  const tree = treeOf(collections);
  const [expanded, setExpanded] = useState<Set<string>>(
    () =>
      new Set(
        collections.filter((one) => isFolder(one) && one.meta?.collapse !== "closed").map((one) => one.collection),
      ),
  );
  async function move(names: string[], target: string, position: "before" | "after" | "on") {
    const places = moved(collections, names, target, position);
    if (!places) return;
    if (position === "on") setExpanded((now) => new Set([...now, target]));
    try {
      await patch("/collections", places);
    } catch (error) {
      toastError(error);
    }
    await schemaChanged();
  }
  const byName = new Map(collections.map((one) => [one.collection, one]));
  const { dragAndDropHooks } = useDragAndDrop({
    getItems: (keys) => [...keys].map((key) => ({ "text/plain": String(key) })),
    shouldAcceptItemDrop: ({ key }) => {
      const found = byName.get(String(key));
      return found !== undefined && isFolder(found);
    },
    onMove: ({ keys, target }) => void move([...keys].map(String), String(target.key), target.dropPosition),
  });
  return (
    <Tree
      aria-label={t("develop.collections")}
      items={tree}
      selectionMode="none"
      expandedKeys={expanded}
      onExpandedChange={(keys) => setExpanded(new Set([...keys].map(String)))}
      dragAndDropHooks={dragAndDropHooks}
      className="overflow-hidden rounded-card border border-line bg-surface outline-offset-2"
    >
      {function branch({ collection, children }: Branch) {
        return (
          <TreeItem
            id={collection.collection}
            textValue={collectionName(collection)}
            className="border-b border-line outline-offset-[-2px] last:border-b-0 data-[dragging]:opacity-50 data-[drop-target]:bg-selected data-[hovered]:bg-hover"
          >
            <TreeItemContent>
              {({ level, isExpanded, hasChildItems }) => (
                <div
                  className="flex min-h-10 items-center gap-2 px-2"
                  style={{ paddingInlineStart: 8 + (level - 1) * 24 }}
                >
                  <AriaButton
                    slot="drag"
                    className="touch flex size-6 shrink-0 items-center justify-center rounded-control text-fg-3 data-[hovered]:text-fg"
                  >
                    <GripVertical size={16} aria-hidden />
                  </AriaButton>
                  {hasChildItems ? (
                    <AriaButton
                      slot="chevron"
                      className="touch flex size-6 shrink-0 items-center justify-center rounded-control text-fg-3"
                    >
                      <ChevronRight size={16} aria-hidden className={isExpanded ? "rotate-90" : "rtl:rotate-180"} />
                    </AriaButton>
                  ) : null}
                  <Row collection={collection} />
                  <CollectionMenu
                    collection={collection}
                    onMove={(target) => void move([collection.collection], target, "on")}
                  />
                </div>
              )}
            </TreeItemContent>
            <Items items={children}>{branch}</Items>
          </TreeItem>
        );
      }}
    </Tree>
  );
}

function Unmanaged({ collections }: { collections: Collection[] }) {
  const relations = useRelations();
  const [pending, setPending] = useState<string | null>(null);
  async function add(chosen: Collection[], id: string) {
    setPending(id);
    try {
      const { manage } = await import("./manage");
      await manage(chosen, relations);
      toast({ kind: "success", text: t("develop.managed", { count: chosen.length }) });
    } catch (error) {
      toastError(error);
    } finally {
      setPending(null);
    }
  }
  return (
    <section className="flex flex-col gap-2">
      <div className="flex items-center gap-3">
        <h2 className="flex-1 font-semibold">{t("develop.unmanaged")}</h2>
        <Button isPending={pending === "*"} onPress={() => void add(collections, "*")}>
          {t("develop.manage_all", { count: collections.length })}
        </Button>
      </div>
      <Notice>{t("develop.unmanaged.text")}</Notice>
      <ul className="overflow-hidden rounded-card border border-line bg-surface">
        {collections.map((one) => (
          <li
            key={one.collection}
            className="flex min-h-10 items-center gap-2 border-b border-line px-3 last:border-b-0"
          >
            <Row collection={one} />
            <IconButton
              label={t("develop.manage", { name: one.collection })}
              isPending={pending === one.collection}
              onPress={() => void add([one], one.collection)}
            >
              <Plus size={16} />
            </IconButton>
          </li>
        ))}
      </ul>
    </section>
  );
}
