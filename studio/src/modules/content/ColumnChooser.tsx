import { Plus } from "lucide-react";
import { lazy, Suspense } from "react";
import { Button } from "react-aria-components";
import { t } from "~/i18n/i18n";
import { Popup } from "~/kit/Popup";
import type { ColumnChooserProps } from "./ColumnPanel";

const ColumnPanel = lazy(() => import("./ColumnPanel"));

/** A button at the end of the columns, to add and arrange them. */
export function ColumnChooser(props: ColumnChooserProps) {
  return (
    <Popup
      label={t("content.columns")}
      placement="bottom end"
      className="w-80 p-2"
      trigger={
        <Button
          aria-label={t("content.columns")}
          className="flex size-7 items-center justify-center rounded-control text-fg-2 data-[hovered]:bg-hover data-[hovered]:text-fg"
        >
          <Plus size={16} aria-hidden />
        </Button>
      }
    >
      <Suspense fallback={<div className="h-80" />}>
        <ColumnPanel {...props} />
      </Suspense>
    </Popup>
  );
}
