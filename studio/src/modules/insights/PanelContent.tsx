/** What a panel shows: asks for its rows, and says why where it can't. One that fails takes no other with it. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { Lock } from "lucide-react";
import { Component, type ReactNode, Suspense } from "react";
import { get } from "~/api/client";
import { ApiError, errorText } from "~/api/errors";
import { keyField } from "~/api/keys";
import { collectionName } from "~/api/names";
import { allowed, fieldsQuery, useCollections, useMe, usePermissions } from "~/api/queries";
import { itemsPath } from "~/api/relations";
import type { Item } from "~/api/types";
import type { PanelDescriptor, PanelQuery } from "~/extensions/contract";
import { t } from "~/i18n/words/insights";
import { Button } from "~/kit/Button";
import { Skeleton } from "~/kit/states";
import { panels } from "~/panels/all";
import type { Panel } from "./data";
import { withVariables } from "./variables";

/** The first words of the keys of all that panels asked for. */
export const PANEL_DATA = "panel-data";

const asQuery = ({ collection, query }: PanelQuery) => ({
  queryKey: [PANEL_DATA, collection, query],
  queryFn: async ({ signal }: { signal: AbortSignal }) => {
    const rows = await get<Item[] | Item | null>(itemsPath(collection), query, signal);
    return Array.isArray(rows) ? rows : rows ? [rows] : [];
  },
  staleTime: 10_000,
});

export interface PanelContentProps {
  panel: Pick<Panel, "type" | "options" | "width" | "height">;
  variables: Readonly<Record<string, unknown>>;
  editing: boolean;
  onVariable?: (key: string, value: unknown) => void;
}

export function PanelContent(props: PanelContentProps) {
  const { type, options } = props.panel;
  const descriptor = panels.get(type);
  if (!descriptor) return <Message>{t("panels.unknown", { name: type })}</Message>;
  return (
    <Guard key={`${type} ${JSON.stringify(options)}`}>
      <Suspense fallback={<Waiting />}>
        <Drawn {...props} descriptor={descriptor} />
      </Suspense>
    </Guard>
  );
}

function Drawn({
  panel,
  variables,
  editing,
  onVariable,
  descriptor,
}: PanelContentProps & { descriptor: PanelDescriptor }) {
  const options = withVariables(panel.options ?? {}, variables);
  const collection = typeof options.collection === "string" ? options.collection : "";
  const me = useMe();
  const permissions = usePermissions();
  const known = useCollections().find((one) => one.collection === collection);
  const readable = !collection || allowed(permissions, me.admin_access, collection, "read").access !== "none";
  const asks = descriptor.queries !== undefined;
  const fields = useQuery({ ...fieldsQuery(collection), enabled: asks && collection !== "" && readable });
  const ready = !asks || !collection || fields.data !== undefined;
  const keyOf = (name: string) => (name === collection && fields.data ? keyField(fields.data) : undefined);
  const wanted = ready && readable ? (descriptor.queries ?? (() => []))(options, keyOf) : [];
  const found = useQueries({ queries: (wanted ?? []).map(asQuery) });

  if (!readable) {
    return (
      <Message icon={<Lock size={16} />}>
        {t("panels.forbidden", { name: known ? collectionName(known) : collection })}
      </Message>
    );
  }
  const failed = found.find((one) => one.error && !one.data) ?? (fields.error ? fields : undefined);
  if (failed) {
    if (failed.error instanceof ApiError && failed.error.status === 403) {
      return <Message icon={<Lock size={16} />}>{t("panels.forbidden.part")}</Message>;
    }
    return (
      <Message alert action={<Button onPress={() => void failed.refetch()}>{t("app.retry")}</Button>}>
        {errorText(failed.error)}
      </Message>
    );
  }
  if (!ready || found.some((one) => one.isPending)) return <Waiting />;
  if (wanted === null) return <Message>{t(editing ? "panels.unset.edit" : "panels.unset")}</Message>;
  const Shown = descriptor.component;
  if (!Shown) return null;
  const data = Object.fromEntries(wanted.map(({ id }, at) => [id, found[at]?.data ?? []]));
  const size = { width: panel.width, height: panel.height };
  return (
    <Shown
      data={data}
      options={options as never}
      variables={variables}
      size={size}
      editing={editing}
      onVariable={onVariable}
    />
  );
}

const Waiting = () => (
  <div role="status" aria-busy className="flex h-full flex-col justify-center gap-2 px-4">
    <span className="sr-only">{t("app.loading")}</span>
    <Skeleton className="h-6 w-1/2" />
    <Skeleton className="h-4 w-1/3" />
  </div>
);

function Message({
  icon,
  alert,
  action,
  children,
}: {
  icon?: ReactNode;
  alert?: boolean;
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div role={alert ? "alert" : undefined} className="flex h-full items-center gap-3 overflow-auto px-4 text-fg-2">
      {icon}
      <span className="min-w-0 flex-1">{children}</span>
      {action}
    </div>
  );
}

class Guard extends Component<{ children: ReactNode }, { failed: string | null }> {
  override state = { failed: null as string | null };

  static getDerivedStateFromError(error: unknown) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }

  override render() {
    if (this.state.failed === null) return this.props.children;
    return <Message alert>{t("panels.failed", { error: this.state.failed })}</Message>;
  }
}
