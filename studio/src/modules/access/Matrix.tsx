/**
 * The matrix of a policy: collections down, actions across, each cell none, all, what is one's own, or a rule. One cell is
 * in the order of Tab; arrows, Home and End move between them, Enter opens one. On phones each collection is a card.
 */
import { Check, Minus, SlidersHorizontal, UserRound } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { collectionName } from "~/api/names";
import type { Action, Collection } from "~/api/types";
import { ruleText } from "~/filter/ruleText";
import { direction } from "~/i18n/i18n";
import { t } from "~/i18n/words/admin";
import { Button } from "~/kit/Button";
import { Menu } from "~/kit/Menu";
import { cx } from "~/kit/style";
import { usePhone } from "~/shell/screen";
import { ACTIONS, type Level, levelOf, own, type Permission, whole } from "./data";

export interface MatrixProps {
  collections: Collection[];
  rows: Permission[];
  /** Rows as they are stored, to mark what has changed. */
  stored: Permission[];
  /** By collection, the field that says whose an item is. */
  owners: Record<string, string>;
  /** Whether cells show their conditions as text. */
  texts: boolean;
  onChange: (rows: Permission[]) => void;
  onCustom: (collection: string, action: Action) => void;
}

const LOOKS: Record<Level, string> = {
  none: "text-fg-3",
  all: "bg-success-bg text-success-fg",
  own: "bg-info-bg text-info-fg",
  custom: "bg-info-bg text-info-fg",
};
const ICONS = { none: Minus, all: Check, own: UserRound, custom: SlidersHorizontal };

/** Where a key leads from a cell; null for other keys. `last`: the last row. */
function moved(key: string, far: boolean, [row, column]: Place, last: number): Place | null {
  // after the actions comes the column of whole rows
  const end = ACTIONS.length;
  switch (key) {
    case "ArrowUp":
      return [far ? 0 : Math.max(0, row - 1), column];
    case "ArrowDown":
      return [far ? last : Math.min(last, row + 1), column];
    case "ArrowLeft":
      return [row, far ? 0 : Math.max(0, column - 1)];
    case "ArrowRight":
      return [row, far ? end : Math.min(end, column + 1)];
    case "Home":
      return [far ? 0 : row, 0];
    case "End":
      return [far ? last : row, end];
    default:
      return null;
  }
}

type Place = [number, number];
const MIRRORED: Record<string, string> = { ArrowLeft: "ArrowRight", ArrowRight: "ArrowLeft" };

export function Matrix({ collections, rows, stored, owners, texts, onChange, onCustom }: MatrixProps) {
  const phone = usePhone();
  const [at, setAt] = useState<Place>([0, 0]);
  const place: Place = [Math.min(at[0], collections.length - 1), at[1]];
  const inTab = (row: number, column: number) => place[0] === row && place[1] === column;
  const onKeyDownCapture = (event: KeyboardEvent<HTMLTableElement>) => {
    if (event.altKey || event.shiftKey || !(event.target as Element).closest("[data-cell]")) return;
    const key = direction() === "rtl" ? (MIRRORED[event.key] ?? event.key) : event.key;
    const next = moved(key, event.ctrlKey || event.metaKey, place, collections.length - 1);
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    setAt(next);
    event.currentTarget.querySelector<HTMLElement>(`[data-cell="${next.join(" ")}"] button`)?.focus();
  };
  const of = (list: Permission[], collection: string, action: Action) =>
    list.filter((row) => row.collection === collection && row.action === action);
  const set = (collection: string, actions: Action[], level: "none" | "all" | "own") => {
    const others = rows.filter((row) => row.collection !== collection || !actions.includes(row.action));
    const made = actions.map((action) => {
      // the stored row goes on, so that nothing else that refers to it is lost
      const id = of(rows, collection, action)[0]?.id ?? of(stored, collection, action)[0]?.id;
      const owner = owners[collection];
      const row = level === "own" && owner ? own(collection, action, owner) : whole(collection, action);
      return { ...row, ...(id === undefined ? {} : { id }) };
    });
    onChange(level === "none" ? others : [...others, ...made]);
  };
  const cellOf = (one: Collection, action: Action): CellProps => {
    const name = one.collection;
    const now = of(rows, name, action);
    const owner = action === "create" ? undefined : owners[name];
    return {
      collection: collectionName(one),
      action,
      level: levelOf(now, owner),
      rule: ruleOf(now),
      changed: JSON.stringify(now) !== JSON.stringify(of(stored, name, action)),
      ownable: !!owner,
      onSet: (level) => set(name, [action], level),
      onCustom: () => onCustom(name, action),
    };
  };
  const rowMenu = (one: Collection, inOrder: boolean) => (
    <RowMenu
      label={collectionName(one)}
      inTab={inOrder}
      onSet={(actions, level) => set(one.collection, actions, level)}
      onAll={() => onChange(rows.filter((row) => row.collection !== one.collection))}
    />
  );
  if (phone)
    return (
      <ul aria-label={t("access.matrix")} className="flex flex-col gap-3">
        {collections.map((one) => (
          <li key={one.collection} className="flex flex-col gap-3 rounded-card border border-line bg-surface p-3">
            <div className="flex items-center gap-2">
              <Name one={one} />
              {rowMenu(one, true)}
            </div>
            <div className="grid grid-cols-2 gap-x-3 gap-y-2">
              {ACTIONS.map((action) => (
                <div key={action} className="flex min-w-0 flex-col gap-1">
                  <span aria-hidden className="text-dense text-fg-2">
                    {t(`access.action.${action}`)}
                  </span>
                  <Cell {...cellOf(one, action)} texts={texts} />
                </div>
              ))}
            </div>
          </li>
        ))}
      </ul>
    );
  return (
    <div className="relative overflow-x-auto rounded-card border border-line bg-surface">
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its cells are walked by arrows
        role="grid"
        aria-label={t("access.matrix")}
        aria-describedby="matrix-keys"
        onKeyDownCapture={onKeyDownCapture}
        className="w-full min-w-[560px] border-collapse text-start"
      >
        <caption id="matrix-keys" className="sr-only">
          {t("access.matrix.keys")}
        </caption>
        <thead>
          <tr className="border-b border-line text-dense text-fg-2">
            <th scope="col" className="sticky start-0 z-1 bg-surface px-4 py-2 text-start font-medium">
              {t("access.collection")}
            </th>
            {ACTIONS.map((action) => (
              <th key={action} scope="col" className="w-24 px-1 py-2 text-center font-medium">
                {t(`access.action.${action}`)}
              </th>
            ))}
            <th scope="col" className="w-24 px-2 py-2">
              <span className="sr-only">{t("access.row")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {collections.map((one, down) => {
            const name = one.collection;
            return (
              <tr key={name} className="border-b border-line last:border-b-0">
                <th
                  scope="row"
                  className="sticky start-0 z-1 max-w-0 min-w-36 bg-surface px-4 py-1.5 text-start font-normal"
                >
                  <Name one={one} />
                </th>
                {ACTIONS.map((action, across) => {
                  return (
                    <td
                      key={action}
                      data-cell={`${down} ${across}`}
                      onFocus={() => setAt([down, across])}
                      className="px-1 py-1.5 text-center align-top"
                    >
                      <Cell {...cellOf(one, action)} inTab={inTab(down, across)} texts={texts} />
                    </td>
                  );
                })}
                <td
                  data-cell={`${down} ${ACTIONS.length}`}
                  onFocus={() => setAt([down, ACTIONS.length])}
                  className="px-2 py-1.5 text-end align-top"
                >
                  {rowMenu(one, inTab(down, ACTIONS.length))}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

const Name = ({ one }: { one: Collection }) => (
  <span className="block min-w-0 flex-1">
    <span className="block truncate font-medium">{collectionName(one)}</span>
    <span className="block truncate font-mono text-caption text-fg-3">{one.collection}</span>
  </span>
);

interface CellProps {
  /** What the collection is called. */
  collection: string;
  action: Action;
  level: Level;
  rule: string;
  changed: boolean;
  /** Whether the collection says whose an item is. */
  ownable: boolean;
  onSet: (level: "none" | "all" | "own") => void;
  onCustom: () => void;
}

/** What a policy allows of one action, and the menu that changes it. */
function Cell({
  collection,
  action,
  level,
  rule,
  changed,
  ownable,
  onSet,
  onCustom,
  texts,
  inTab = true,
}: CellProps & { texts: boolean; inTab?: boolean }) {
  const Icon = ICONS[level];
  const label = t("access.cell", {
    collection,
    action: t(`access.action.${action}`),
    level: t(`access.level.${level}`),
  });
  return (
    <>
      <Menu
        label={label}
        title={rule && <code className="font-mono break-words">{rule}</code>}
        commands={[
          [
            { id: "none", text: t("access.level.none"), icon: <Minus size={16} />, onAction: () => onSet("none") },
            { id: "all", text: t("access.level.all"), icon: <Check size={16} />, onAction: () => onSet("all") },
            ownable && {
              id: "own",
              text: t("access.level.own_of"),
              icon: <UserRound size={16} />,
              onAction: () => onSet("own"),
            },
            {
              id: "custom",
              text: t("access.level.custom_edit"),
              icon: <SlidersHorizontal size={16} />,
              onAction: onCustom,
            },
          ],
        ]}
      >
        <AriaButton
          excludeFromTabOrder={!inTab}
          aria-label={label}
          className={cx(
            "mx-auto flex min-h-8 w-full items-center justify-center gap-1 rounded-control px-1.5 text-caption font-medium data-[hovered]:brightness-95 max-sm:min-h-11 max-sm:border max-sm:border-line sm:max-w-20",
            LOOKS[level],
            level === "none" && "data-[hovered]:bg-hover",
            changed && "ring-2 ring-accent ring-inset",
          )}
        >
          <Icon size={14} aria-hidden />
          <span className={cx(level === "none" && "sm:hidden")}>{t(`access.level.${level}`)}</span>
        </AriaButton>
      </Menu>
      {texts && rule && (
        <code className="mx-auto mt-1 block max-w-48 text-start font-mono text-caption break-words text-fg-2">
          {rule}
        </code>
      )}
    </>
  );
}

/** What narrows a cell, as text: its condition, and in brackets its fields. Rows of one cell add up. */
function ruleOf(rows: readonly Permission[]): string {
  const parts = rows.map(({ permissions, fields, action }) => {
    const named =
      action === "delete" || action === "share" || fields?.includes("*") ? "" : `[${(fields ?? []).join(", ")}]`;
    return [ruleText(permissions), named].filter(Boolean).join(" ");
  });
  return parts.includes("") ? "" : parts.join(" || ");
}

function RowMenu({
  label,
  inTab,
  onSet,
  onAll,
}: {
  label: string;
  inTab: boolean;
  onSet: (actions: Action[], level: "none" | "all") => void;
  onAll: () => void;
}) {
  const [name] = useState(() => t("access.row.of", { collection: label }));
  return (
    <Menu
      label={name}
      commands={[
        [
          { id: "all", text: t("access.row.all"), onAction: () => onSet([...ACTIONS], "all") },
          { id: "read", text: t("access.row.read"), onAction: () => onSet(["read"], "all") },
          { id: "none", text: t("access.row.none"), onAction: onAll },
        ],
      ]}
    >
      <Button look="quiet" aria-label={name} excludeFromTabOrder={!inTab} className="px-2 text-fg-2">
        {t("access.row.set")}
      </Button>
    </Menu>
  );
}
