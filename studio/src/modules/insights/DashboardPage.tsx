/** One dashboard, to be read. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { ChartNoAxesCombined, Ellipsis, Pencil, RefreshCw, TextCursorInput, Trash2 } from "lucide-react";
import { useState } from "react";
import { remove } from "~/api/client";
import { queryClient, useMay } from "~/api/queries";
import { t } from "~/i18n/words/insights";
import { Button, IconButton } from "~/kit/Button";
import { PageHeader } from "~/kit/bits";
import { confirm } from "~/kit/Dialog";
import { Icon } from "~/kit/Icon";
import { Menu } from "~/kit/Menu";
import { Empty, Failed, Loading, NoPermission } from "~/kit/states";
import { toast, toastError } from "~/kit/Toast";
import { NotFound } from "~/shell/NotFound";
import { Board } from "./Board";
import { DashboardDialog } from "./DashboardDialog";
import { type Dashboard, dashboardsChanged, dashboardsQuery, type Panel, panelsQuery } from "./data";
import { PANEL_DATA } from "./PanelContent";
import { useVariables } from "./useVariables";

/** A dashboard with its panels, or what stands in its place. */
export function WithDashboard({ children }: { children: (dashboard: Dashboard, panels: Panel[]) => React.ReactNode }) {
  const { id } = useParams({ strict: false }) as { id: string };
  const mayRead = useMay("directus_panels", "read").access !== "none";
  const dashboards = useQuery(dashboardsQuery);
  const panels = useQuery({ ...panelsQuery(id), enabled: mayRead });
  const failed = dashboards.error ? dashboards : panels.error ? panels : null;
  const dashboard = dashboards.data?.find((one) => one.id === id);
  if (dashboards.data && !dashboard) return <NotFound />;
  if (!mayRead) return <NoPermission what={t("insights.panels")} />;
  if (failed && !(dashboard && panels.data))
    return <Failed error={failed.error} onRetry={() => void failed.refetch()} />;
  if (!dashboard || !panels.data) return <Loading />;
  return children(dashboard, panels.data);
}

/** Whether the person may change the panels of dashboards: they are written with their dashboard. */
export function usePanelRights() {
  const board = useMay("directus_dashboards", "update").access !== "none";
  const mayCreate = useMay("directus_panels", "create").access !== "none" && board;
  const mayUpdate = useMay("directus_panels", "update").access !== "none" && board;
  const mayDelete = useMay("directus_panels", "delete").access !== "none" && board;
  return { mayCreate, mayUpdate, mayDelete, any: mayCreate || mayUpdate || mayDelete };
}

export const DashboardPage = () => (
  <WithDashboard>
    {(dashboard, panels) => <Shown key={dashboard.id} dashboard={dashboard} panels={panels} />}
  </WithDashboard>
);

function Shown({ dashboard, panels }: { dashboard: Dashboard; panels: Panel[] }) {
  const navigate = useNavigate();
  const rights = usePanelRights();
  const mayRename = useMay("directus_dashboards", "update").access !== "none";
  const mayDelete = useMay("directus_dashboards", "delete").access !== "none";
  const { values, set } = useVariables(panels);
  const [renaming, setRenaming] = useState(false);
  const edit = () => void navigate({ to: "/insights/$id/edit", params: { id: dashboard.id }, search: (all) => all });

  async function destroy() {
    const sure = await confirm({
      title: t("insights.delete.title", { name: dashboard.name }),
      text: t("insights.delete.text", { count: panels.length }),
      action: t("insights.delete"),
      danger: true,
    });
    if (!sure) return;
    try {
      await remove(`/dashboards/${dashboard.id}`);
      await navigate({ to: "/insights" });
      await dashboardsChanged();
      toast({ kind: "success", text: t("insights.deleted") });
    } catch (error) {
      toastError(error);
    }
  }
  return (
    <>
      <PageHeader
        title={dashboard.name}
        note={dashboard.note}
        icon={
          <span style={dashboard.color ? { color: dashboard.color } : undefined}>
            <Icon name={dashboard.icon || "layout-dashboard"} size={20} />
          </span>
        }
      >
        <IconButton
          label={t("insights.refresh")}
          onPress={() => void queryClient.invalidateQueries({ queryKey: [PANEL_DATA] })}
        >
          <RefreshCw size={16} />
        </IconButton>
        {rights.any && (
          <Button icon={<Pencil size={16} />} onPress={edit}>
            {t("insights.edit")}
          </Button>
        )}
        {(mayRename || mayDelete) && (
          <Menu
            label={t("insights.dashboard.more")}
            commands={[
              [
                mayRename && {
                  id: "rename",
                  text: t("insights.rename"),
                  icon: <TextCursorInput size={16} />,
                  onAction: () => setRenaming(true),
                },
              ],
              [
                mayDelete && {
                  id: "delete",
                  text: t("insights.delete"),
                  icon: <Trash2 size={16} />,
                  danger: true,
                  onAction: () => void destroy(),
                },
              ],
            ]}
          >
            <IconButton label={t("insights.dashboard.more")}>
              <Ellipsis size={18} />
            </IconButton>
          </Menu>
        )}
      </PageHeader>
      <div className="relative min-h-0 flex-1 overflow-auto p-3 max-sm:p-2">
        {panels.length ? (
          <Board panels={panels} variables={values} onVariable={set} />
        ) : (
          <Empty
            icon={<ChartNoAxesCombined size={20} />}
            title={t("insights.empty")}
            actions={
              rights.mayCreate && (
                <Button look="primary" onPress={edit}>
                  {t("insights.edit")}
                </Button>
              )
            }
          >
            {t(rights.mayCreate ? "insights.empty.text" : "insights.empty.ask")}
          </Empty>
        )}
      </div>
      {renaming && <DashboardDialog dashboard={dashboard} onClose={() => setRenaming(false)} />}
    </>
  );
}
