/** Which columns a table has, and in which order; all by keyboard, too. */
import { ArrowDown, ArrowUp, X } from "lucide-react";
import { useState } from "react";
import type { Field } from "~/api/types";
import { FieldPicker } from "~/filter/FieldPicker";
import { t } from "~/i18n/i18n";
import { IconButton } from "~/kit/Button";
import { Tabs } from "~/kit/Tabs";
import type { ListColumn } from "./columns";

export interface ColumnChooserProps {
  collection: string;
  fields: readonly Field[];
  columns: readonly ListColumn[];
  paths: readonly string[];
  onChange: (paths: string[]) => void;
}

export default function ColumnPanel({ collection, fields, columns, paths, onChange }: ColumnChooserProps) {
  const [tab, setTab] = useState("add");
  const move = (index: number, step: number) => {
    const next = [...paths];
    const [moved] = next.splice(index, 1);
    if (moved !== undefined) next.splice(index + step, 0, moved);
    onChange(next);
  };
  return (
    <Tabs
      label={t("content.columns")}
      selected={tab}
      onSelect={setTab}
      tabs={[
        {
          id: "add",
          title: t("content.columns.add"),
          content: (
            <FieldPicker
              collection={collection}
              fields={fields}
              accepts={(_, path) => !paths.includes(path.join("."))}
              onPick={({ path }) => onChange([...paths, path.join(".")])}
            />
          ),
        },
        {
          id: "order",
          title: t("content.columns.order"),
          content: (
            <ul className="flex max-h-80 flex-col gap-px overflow-auto">
              {paths.map((path, index) => {
                const title = columns.find((one) => one.id === path)?.title ?? path;
                return (
                  <li key={path} className="flex items-center gap-1 rounded-control ps-2 hover:bg-hover">
                    <span className="min-w-0 flex-1 truncate">{title}</span>
                    <IconButton
                      label={t("content.columns.up", { name: title })}
                      isDisabled={index === 0}
                      onPress={() => move(index, -1)}
                    >
                      <ArrowUp size={15} />
                    </IconButton>
                    <IconButton
                      label={t("content.columns.down", { name: title })}
                      isDisabled={index === paths.length - 1}
                      onPress={() => move(index, 1)}
                    >
                      <ArrowDown size={15} />
                    </IconButton>
                    <IconButton
                      label={t("content.columns.remove", { name: title })}
                      isDisabled={paths.length === 1}
                      onPress={() => onChange(paths.filter((one) => one !== path))}
                    >
                      <X size={15} />
                    </IconButton>
                  </li>
                );
              })}
            </ul>
          ),
        },
      ]}
    />
  );
}
