/** The matrix of a policy: collections down, actions across, each cell none, all, or a rule of its own. */
import { Check, Minus, SlidersHorizontal } from "lucide-react";
import { useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { collectionName } from "~/api/names";
import type { Action, Collection } from "~/api/types";
import { t } from "~/i18n/words/admin";
import { Button } from "~/kit/Button";
import { Menu } from "~/kit/Menu";
import { cx } from "~/kit/style";
import { ACTIONS, type Level, levelOf, type Permission, whole } from "./data";

export interface MatrixProps {
  collections: Collection[];
  rows: Permission[];
  /** Rows as they are stored, to mark what has changed. */
  stored: Permission[];
  onChange: (rows: Permission[]) => void;
  onCustom: (collection: string, action: Action) => void;
}

const LOOKS: Record<Level, string> = {
  none: "text-fg-3",
  all: "bg-success-bg text-success-fg",
  custom: "bg-info-bg text-info-fg",
};
const ICONS = { none: Minus, all: Check, custom: SlidersHorizontal };

export function Matrix({ collections, rows, stored, onChange, onCustom }: MatrixProps) {
  const of = (list: Permission[], collection: string, action: Action) =>
    list.filter((row) => row.collection === collection && row.action === action);
  const set = (collection: string, actions: Action[], level: "none" | "all") => {
    const others = rows.filter((row) => row.collection !== collection || !actions.includes(row.action));
    const made = actions.map((action) => {
      // the stored row goes on, so that nothing else that refers to it is lost
      const id = of(rows, collection, action)[0]?.id ?? of(stored, collection, action)[0]?.id;
      return { ...whole(collection, action), ...(id === undefined ? {} : { id }) };
    });
    onChange(level === "all" ? [...others, ...made] : others);
  };
  return (
    <div className="overflow-x-auto rounded-card border border-line bg-surface">
      <table className="w-full min-w-[560px] border-collapse text-start">
        <thead>
          <tr className="border-b border-line text-dense text-fg-2">
            <th scope="col" className="px-4 py-2 text-start font-medium">
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
          {collections.map((one) => {
            const name = one.collection;
            const label = collectionName(one);
            return (
              <tr key={name} className="border-b border-line last:border-b-0">
                <th scope="row" className="max-w-0 px-4 py-1.5 text-start font-normal">
                  <span className="block truncate font-medium">{label}</span>
                  <span className="block truncate font-mono text-caption text-fg-3">{name}</span>
                </th>
                {ACTIONS.map((action) => {
                  const now = of(rows, name, action);
                  const level = levelOf(now);
                  const changed = JSON.stringify(now) !== JSON.stringify(of(stored, name, action));
                  const Icon = ICONS[level];
                  return (
                    <td key={action} className="px-1 py-1.5 text-center">
                      <Menu
                        label={t("access.cell", {
                          collection: label,
                          action: t(`access.action.${action}`),
                          level: t(`access.level.${level}`),
                        })}
                        commands={[
                          [
                            {
                              id: "none",
                              text: t("access.level.none"),
                              icon: <Minus size={16} />,
                              onAction: () => set(name, [action], "none"),
                            },
                            {
                              id: "all",
                              text: t("access.level.all"),
                              icon: <Check size={16} />,
                              onAction: () => set(name, [action], "all"),
                            },
                            {
                              id: "custom",
                              text: t("access.level.custom_edit"),
                              icon: <SlidersHorizontal size={16} />,
                              onAction: () => onCustom(name, action),
                            },
                          ],
                        ]}
                      >
                        <AriaButton
                          aria-label={t("access.cell", {
                            collection: label,
                            action: t(`access.action.${action}`),
                            level: t(`access.level.${level}`),
                          })}
                          className={cx(
                            "mx-auto flex min-h-8 w-full max-w-20 items-center justify-center gap-1 rounded-control px-1.5 text-caption font-medium data-[hovered]:brightness-95",
                            LOOKS[level],
                            level === "none" && "data-[hovered]:bg-hover",
                            changed && "ring-2 ring-accent ring-inset",
                          )}
                        >
                          <Icon size={14} aria-hidden />
                          {level !== "none" && <span>{t(`access.level.${level}`)}</span>}
                        </AriaButton>
                      </Menu>
                    </td>
                  );
                })}
                <td className="px-2 py-1.5 text-end">
                  <RowMenu
                    label={label}
                    onSet={(actions, level) => set(name, actions, level)}
                    onAll={() => onChange(rows.filter((row) => row.collection !== name))}
                  />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function RowMenu({
  label,
  onSet,
  onAll,
}: {
  label: string;
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
      <Button look="quiet" aria-label={name} className="px-2 text-fg-2">
        {t("access.row.set")}
      </Button>
    </Menu>
  );
}
