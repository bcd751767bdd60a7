/** The fields of a collection: their order, groups and widths, by mouse and by keyboard, with the form beside them. */
import {
  ChevronRight,
  Ellipsis,
  EyeOff,
  FolderInput,
  GripVertical,
  KeyRound,
  Pencil,
  RectangleHorizontal,
  Square,
  Trash2,
  Undo2,
} from "lucide-react";
import { useState } from "react";
import {
  Button as AriaButton,
  Collection as Items,
  Tree,
  TreeItem,
  TreeItemContent,
  useDragAndDrop,
} from "react-aria-components";
import { fieldName } from "~/api/names";
import { useRelations } from "~/api/queries";
import type { Field } from "~/api/types";
import { interfaces, textOf } from "~/extensions/registry";
import { t } from "~/i18n/words/admin";
import { Button, IconButton } from "~/kit/Button";
import { Badge } from "~/kit/bits";
import { Checkbox } from "~/kit/fields";
import { Icon } from "~/kit/Icon";
import { Menu } from "~/kit/Menu";
import { Empty } from "~/kit/states";
import { cx } from "~/kit/style";
import { asField, edited, keeperOf, movedPlaces, type Place, placesOf, type SchemaDraft } from "./changes";
import { fieldId, newField } from "./draft";
import { FieldPalette } from "./FieldPalette";
import type { ChangeDraft } from "./useDraft";

interface Node {
  key: string;
  field: Field;
  state: "new" | "changed" | null;
  children: Node[];
}

export interface FieldsTabProps {
  collection: string;
  fields: readonly Field[];
  draft: SchemaDraft;
  change: ChangeDraft;
  onOpen: (key: string) => void;
}

const isGroup = (field: Field) => field.meta?.special?.includes("group") === true;

export function nodesOf(collection: string, fields: readonly Field[], draft: SchemaDraft): Node[] {
  const places = placesOf(fields, draft);
  const byName = new Map(fields.map((field) => [field.field, field]));
  const node = ({ key }: Place): Node[] => {
    const added = draft.added.find((one) => one.id === key);
    const field = byName.get(key);
    const children = places.filter((place) => place.group === key).flatMap(node);
    if (added) return [{ key, field: asField(added, collection), state: "new", children }];
    if (!field) return [];
    const edit = draft.edits[key];
    return [{ key, field: edited(field, edit), state: edit ? "changed" : null, children }];
  };
  return places.filter((place) => place.group === null).flatMap(node);
}

export function FieldsTab({ collection, fields, draft, change, onOpen }: FieldsTabProps) {
  const relations = useRelations();
  const nodes = nodesOf(collection, fields, draft);
  const places = placesOf(fields, draft);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const groups = nodes.filter((node) => isGroup(node.field));
  const move = (keys: string[], target: string, position: "before" | "after" | "on") => {
    const order = movedPlaces(places, keys, target, position);
    if (order) change((now) => ({ ...now, order }));
  };
  const all = flat(nodes);
  const byKey = new Map(all.map((node) => [node.key, node]));
  const { dragAndDropHooks } = useDragAndDrop({
    getItems: (keys) => [...keys].map((key) => ({ "text/plain": String(key) })),
    shouldAcceptItemDrop: ({ key }) => isGroup(byKey.get(String(key))?.field ?? ({} as Field)),
    onMove: ({ keys, target }) => move([...keys].map(String), String(target.key), target.dropPosition),
  });
  return (
    <div className="flex flex-col gap-3">
      {nodes.length === 0 ? (
        <Empty title={t("develop.fields.empty")} />
      ) : (
        <Tree
          aria-label={t("develop.fields")}
          items={nodes}
          selectionMode="none"
          expandedKeys={all.map((node) => node.key).filter((key) => !closed.has(key))}
          onExpandedChange={(keys) =>
            setClosed(new Set(all.map((node) => node.key).filter((key) => !new Set([...keys].map(String)).has(key))))
          }
          onAction={(key) => onOpen(String(key))}
          dragAndDropHooks={dragAndDropHooks}
          className="overflow-hidden rounded-card border border-line bg-surface outline-offset-2"
        >
          {function row(node: Node) {
            return (
              <TreeItem
                id={node.key}
                textValue={fieldName(node.field)}
                className="cursor-default border-b border-line outline-offset-[-2px] last:border-b-0 data-[dragging]:opacity-50 data-[drop-target]:bg-selected data-[hovered]:bg-hover"
              >
                <TreeItemContent>
                  {({ level, isExpanded, hasChildItems }) => (
                    <Row
                      node={node}
                      level={level}
                      isExpanded={isExpanded}
                      hasChildItems={hasChildItems}
                      collection={collection}
                      groups={groups}
                      draft={draft}
                      change={change}
                      onOpen={onOpen}
                      onMove={move}
                    />
                  )}
                </TreeItemContent>
                <Items items={node.children}>{row}</Items>
              </TreeItem>
            );
          }}
        </Tree>
      )}
      {draft.removed.length > 0 && (
        <ul aria-label={t("develop.fields.removed")} className="flex flex-col gap-1">
          {draft.removed.map((name) => {
            const keeper = keeperOf(collection, name, relations);
            return (
              <li
                key={name}
                className="flex min-h-9 flex-wrap items-center gap-x-2 rounded-card border border-danger-line bg-danger-bg px-3 text-danger-fg"
              >
                <Trash2 size={16} aria-hidden />
                <span className="flex-1">
                  <span className="line-through">{name}</span> ·{" "}
                  {t(
                    keeper && !draft.thorough.includes(name)
                      ? "develop.fields.shown_no_more"
                      : "develop.fields.will_go",
                  )}
                </span>
                <Button
                  look="quiet"
                  icon={<Undo2 size={16} />}
                  onPress={() =>
                    change((now) => ({
                      ...now,
                      removed: now.removed.filter((one) => one !== name),
                      thorough: now.thorough.filter((one) => one !== name),
                    }))
                  }
                >
                  {t("develop.keep")}
                </Button>
                {keeper && (
                  <Checkbox
                    className="w-full pb-2 ps-6 text-fg"
                    isSelected={draft.thorough.includes(name)}
                    onChange={(on) =>
                      change((now) => ({
                        ...now,
                        thorough: [...now.thorough.filter((one) => one !== name), ...(on ? [name] : [])],
                      }))
                    }
                  >
                    {keeper.field === null
                      ? t("develop.fields.with_table", { table: keeper.collection })
                      : t("develop.fields.with_column", { column: `${keeper.collection}.${keeper.field}` })}
                  </Checkbox>
                )}
              </li>
            );
          })}
        </ul>
      )}
      <FieldPalette
        onPick={(kind) => {
          const added = newField(fieldId(), kind, t(`develop.kind.${kind}`));
          change((now) => ({ ...now, added: [...now.added, added] }));
          onOpen(added.id);
        }}
      />
    </div>
  );
}

const flat = (nodes: readonly Node[]): Node[] => nodes.flatMap((node) => [node, ...flat(node.children)]);

function Row({
  node,
  level,
  isExpanded,
  hasChildItems,
  groups,
  draft,
  change,
  onOpen,
  onMove,
}: {
  node: Node;
  level: number;
  isExpanded: boolean;
  hasChildItems: boolean;
  collection: string;
  groups: readonly Node[];
  draft: SchemaDraft;
  change: ChangeDraft;
  onOpen: (key: string) => void;
  onMove: (keys: string[], target: string, position: "before" | "after" | "on") => void;
}) {
  const { key, field, state } = node;
  const { meta, schema } = field;
  const name = fieldName(field);
  const newName = draft.edits[key]?.name;
  const isKey = schema?.is_primary_key === true;
  const descriptor = interfaces.get(meta?.interface);
  const setMeta = (changes: Record<string, unknown>) =>
    change((now) =>
      state === "new"
        ? {
            ...now,
            added: now.added.map((one) => (one.id === key ? { ...one, meta: { ...one.meta, ...changes } } : one)),
          }
        : {
            ...now,
            edits: {
              ...now.edits,
              [key]: { ...now.edits[key], meta: { ...now.edits[key]?.meta, ...changes } },
            },
          },
    );
  const remove = () =>
    change((now) =>
      state === "new"
        ? { ...now, added: now.added.filter((one) => one.id !== key) }
        : { ...now, removed: [...now.removed.filter((one) => one !== key), key] },
    );
  const half = meta?.width?.startsWith("half") === true;
  return (
    <div className="flex min-h-10 items-center gap-2 px-2" style={{ paddingInlineStart: 8 + (level - 1) * 24 }}>
      <AriaButton
        slot="drag"
        className="touch flex size-6 shrink-0 items-center justify-center rounded-control text-fg-3 data-[hovered]:text-fg"
      >
        <GripVertical size={16} aria-hidden />
      </AriaButton>
      {hasChildItems && (
        <AriaButton
          slot="chevron"
          className="touch flex size-6 shrink-0 items-center justify-center rounded-control text-fg-3"
        >
          <ChevronRight size={16} aria-hidden className={isExpanded ? "rotate-90" : "rtl:rotate-180"} />
        </AriaButton>
      )}
      <span className="flex size-4 shrink-0 items-center justify-center text-fg-3">
        {isKey ? <KeyRound size={16} aria-hidden /> : <Icon name={descriptor?.icon ?? "square"} />}
      </span>
      <span className={cx("truncate font-medium", meta?.hidden && "text-fg-2")}>
        {name}
        {meta?.required && (
          <span className="text-danger-fg" title={t("develop.settings.required")}>
            {" *"}
          </span>
        )}
      </span>
      <code className="min-w-0 truncate font-mono text-caption text-fg-3 max-sm:hidden">
        {newName ? `${field.field} → ${newName}` : field.field}
      </code>
      <span className="flex-1" />
      {meta?.hidden && (
        <EyeOff size={14} className="shrink-0 text-fg-3" aria-label={t("develop.settings.hidden")} role="img" />
      )}
      {schema?.is_unique && !isKey && <Badge>{t("develop.badge.unique")}</Badge>}
      <span className="max-w-44 truncate text-dense text-fg-3 max-sm:hidden">
        {descriptor ? textOf(descriptor.name) : field.type}
      </span>
      {state && (
        <Badge tone={state === "new" ? "success" : "info"} dot>
          {t(`develop.badge.${state}`)}
        </Badge>
      )}
      <Menu
        label={t("develop.actions", { name })}
        commands={[
          [
            { id: "edit", text: t("develop.edit"), icon: <Pencil size={16} />, onAction: () => onOpen(key) },
            {
              id: "width",
              text: t(half ? "develop.make_full" : "develop.make_half"),
              icon: half ? <RectangleHorizontal size={16} /> : <Square size={16} />,
              onAction: () => setMeta({ width: half ? "full" : "half" }),
            },
            {
              id: "hide",
              text: t(meta?.hidden ? "develop.show_field" : "develop.hide_field"),
              icon: <EyeOff size={16} />,
              onAction: () => setMeta({ hidden: !meta?.hidden }),
            },
          ],
          groups
            .filter((group) => group.key !== key && group.key !== meta?.group)
            .map((group) => ({
              id: `to:${group.key}`,
              text: t("develop.move_to", { folder: fieldName(group.field) }),
              icon: <FolderInput size={16} />,
              onAction: () => onMove([key], group.key, "on"),
            })),
          [
            state === "changed" && {
              id: "undo",
              text: t("develop.undo_changes"),
              icon: <Undo2 size={16} />,
              onAction: () =>
                change((now) => {
                  const { [key]: _, ...edits } = now.edits;
                  return { ...now, edits };
                }),
            },
            !isKey && {
              id: "delete",
              text: t("develop.delete"),
              icon: <Trash2 size={16} />,
              danger: true,
              onAction: remove,
            },
          ],
        ]}
      >
        <IconButton label={t("develop.actions", { name })}>
          <Ellipsis size={16} />
        </IconButton>
      </Menu>
    </div>
  );
}
