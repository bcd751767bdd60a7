/** How items are laid out, and what a layout of cards shows. */
import { Palette, Settings2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { Field } from "~/api/types";
import { layouts, textOf, useAll } from "~/extensions/kinds";
import { t } from "~/i18n/i18n";
import { Button, IconButton } from "~/kit/Button";
import { Icon } from "~/kit/Icon";
import { Menu } from "~/kit/Menu";
import { Popup } from "~/kit/Popup";
import type { CardOptions } from "~/layouts/cards/Component";
import type { ColumnOptions } from "./columns";

const ColourDialog = lazy(() => import("./tools/ColourDialog"));
const CardSettings = lazy(() => import("./CardSettings"));

export interface LayoutMenuProps {
  collection: string;
  layout: string;
  options: Record<string, unknown>;
  fields: readonly Field[];
  onLayout: (layout: string) => void;
  onOptions: (options: Record<string, unknown>) => void;
}

export function LayoutMenu({ collection, layout, options, fields, onLayout, onOptions }: LayoutMenuProps) {
  const all = useAll(layouts);
  const [colouring, setColouring] = useState(false);
  const current = all.find((one) => one.id === layout);
  return (
    <div className="flex items-center">
      <Menu
        label={t("content.layout")}
        commands={[
          all.map((one) => ({
            id: one.id,
            text: textOf(one.name),
            icon: <Icon name={one.icon} />,
            onAction: () => onLayout(one.id),
          })),
          [
            layout === "tabular" && {
              id: "colours",
              text: t("content.colours.open"),
              icon: <Palette size={16} />,
              onAction: () => setColouring(true),
            },
          ],
        ]}
      >
        <Button look="quiet" icon={<Icon name={current?.icon ?? "table"} />}>
          <span className="max-sm:sr-only">{current ? textOf(current.name) : layout}</span>
        </Button>
      </Menu>
      {layout === "cards" && (
        <Popup
          label={t("content.cards")}
          className="w-80 p-4"
          placement="bottom end"
          trigger={
            <IconButton label={t("content.cards")}>
              <Settings2 size={16} />
            </IconButton>
          }
        >
          <Suspense fallback={<div className="h-64" />}>
            <CardSettings options={options as CardOptions} fields={fields} onOptions={onOptions} />
          </Suspense>
        </Popup>
      )}
      {colouring && (
        <Suspense fallback={null}>
          <ColourDialog
            collection={collection}
            fields={fields}
            rules={(options as ColumnOptions).colours ?? []}
            onChange={(colours) => onOptions({ ...options, colours })}
            onClose={() => setColouring(false)}
          />
        </Suspense>
      )}
    </div>
  );
}
