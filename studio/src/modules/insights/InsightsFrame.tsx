/** Insights: the dashboards beside the one that is shown. */
import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useMay } from "~/api/queries";
import { t } from "~/i18n/words/insights";
import { Button } from "~/kit/Button";
import { Icon } from "~/kit/Icon";
import { NoPermission } from "~/kit/states";
import { NavLink, NavPanel } from "~/shell/NavPanel";
import { DashboardDialog } from "./DashboardDialog";
import { dashboardsQuery } from "./data";

export function InsightsFrame() {
  const mayRead = useMay("directus_dashboards", "read").access !== "none";
  const mayCreate = useMay("directus_dashboards", "create").access !== "none";
  const dashboards = useQuery({ ...dashboardsQuery, enabled: mayRead });
  const [open, setOpen] = useState(false);
  if (!mayRead) return <NoPermission what={t("insights.title")} />;
  return (
    <NavPanel
      title={t("insights.title")}
      nav={dashboards.data?.map((one) => (
        <NavLink
          key={one.id}
          to="/insights/$id"
          params={{ id: one.id }}
          icon={
            <span style={one.color ? { color: one.color } : undefined}>
              <Icon name={one.icon || "layout-dashboard"} />
            </span>
          }
        >
          {one.name}
        </NavLink>
      ))}
      footer={
        mayCreate && (
          <Button look="quiet" icon={<Plus size={16} />} className="w-full justify-start" onPress={() => setOpen(true)}>
            {t("insights.new")}
          </Button>
        )
      }
    >
      <Outlet />
      {open && <DashboardDialog onClose={() => setOpen(false)} />}
    </NavPanel>
  );
}
