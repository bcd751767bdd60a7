/** What can be done with a whole list: its API, export, import, refresh. */
import { useNavigate } from "@tanstack/react-router";
import { Braces, Download, MoreHorizontal, RefreshCw, Upload } from "lucide-react";
import { lazy, Suspense, useState, useSyncExternalStore } from "react";
import { useMay } from "~/api/queries";
import type { Collection, Field } from "~/api/types";
import { useActions } from "~/extensions/useActions";
import type { WindowSource } from "~/grid/window";
import { t } from "~/i18n/i18n";
import { IconButton } from "~/kit/Button";
import { Menu } from "~/kit/Menu";
import type { ListColumn } from "./columns";
import type { ListQuery } from "./query";

const DeveloperCorner = lazy(() => import("./DeveloperCorner"));
const ExportDialog = lazy(() => import("./ExportDialog"));

export interface ListActionsProps {
  collection: Collection;
  fields: readonly Field[];
  query: ListQuery;
  columns: readonly ListColumn[];
  source: WindowSource;
  onRefresh: () => void;
}

export function ListActions({ collection, query, columns, source, onRefresh }: ListActionsProps) {
  const count = useSyncExternalStore(source.subscribe, source.count);
  const navigate = useNavigate();
  const name = collection.collection;
  const mayCreate = useMay(name, "create").access !== "none";
  const added = useActions("collection", name, () => ({ query }));
  const [open, setOpen] = useState<"api" | "export" | null>(null);
  return (
    <>
      <IconButton label={t("content.api")} onPress={() => setOpen("api")} className="max-sm:hidden">
        <Braces size={16} />
      </IconButton>
      <Menu
        label={t("content.more")}
        commands={[
          added,
          [
            { id: "refresh", text: t("content.refresh"), icon: <RefreshCw size={16} />, onAction: onRefresh },
            {
              id: "export",
              text: t("content.export"),
              icon: <Download size={16} />,
              onAction: () => setOpen("export"),
            },
            mayCreate && {
              id: "import",
              text: t("content.import"),
              icon: <Upload size={16} />,
              onAction: () => void navigate({ to: "/content/$collection/import", params: { collection: name } }),
            },
          ],
        ]}
      >
        <IconButton label={t("content.more")}>
          <MoreHorizontal size={16} />
        </IconButton>
      </Menu>
      <Suspense fallback={null}>
        {open === "api" && <DeveloperCorner collection={name} query={query} onClose={() => setOpen(null)} />}
        {open === "export" && (
          <ExportDialog
            collection={collection}
            query={query}
            columns={columns}
            count={count}
            onClose={() => setOpen(null)}
          />
        )}
      </Suspense>
    </>
  );
}
