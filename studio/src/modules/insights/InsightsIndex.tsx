/** All dashboards. */
import { useQuery } from "@tanstack/react-query";
import { ChartNoAxesCombined, Plus } from "lucide-react";
import { useState } from "react";
import { Link } from "react-aria-components";
import { useMay } from "~/api/queries";
import { t } from "~/i18n/words/insights";
import { Button } from "~/kit/Button";
import { PageHeader } from "~/kit/bits";
import { Icon } from "~/kit/Icon";
import { Empty, Failed, Loading } from "~/kit/states";
import { DashboardDialog } from "./DashboardDialog";
import { dashboardsQuery } from "./data";

export function InsightsIndex() {
  const found = useQuery(dashboardsQuery);
  const mayCreate = useMay("directus_dashboards", "create").access !== "none";
  const [open, setOpen] = useState(false);
  const create = mayCreate && (
    <Button look="primary" icon={<Plus size={16} />} onPress={() => setOpen(true)}>
      {t("insights.new")}
    </Button>
  );
  return (
    <>
      <PageHeader title={t("insights.title")}>{found.data?.length ? create : null}</PageHeader>
      <div className="min-h-0 flex-1 overflow-auto">
        {found.error && !found.data ? (
          <Failed error={found.error} onRetry={() => void found.refetch()} />
        ) : !found.data ? (
          <Loading />
        ) : found.data.length === 0 ? (
          <Empty icon={<ChartNoAxesCombined size={20} />} title={t("insights.none")} actions={create}>
            {t(mayCreate ? "insights.none.text" : "insights.none.ask")}
          </Empty>
        ) : (
          <ul className="grid grid-cols-[repeat(auto-fill,minmax(260px,1fr))] gap-4 p-6 max-sm:p-4">
            {found.data.map((one) => (
              <li key={one.id}>
                <Link
                  href={`/insights/${one.id}`}
                  className="flex h-full min-h-20 items-center gap-4 rounded-card border border-line bg-surface p-4 data-[hovered]:border-line-strong"
                >
                  <span
                    className="flex size-10 shrink-0 items-center justify-center rounded-control bg-sunken text-fg-2"
                    style={one.color ? { color: one.color } : undefined}
                  >
                    <Icon name={one.icon || "layout-dashboard"} size={20} />
                  </span>
                  <span className="min-w-0">
                    <span className="block truncate font-semibold">{one.name}</span>
                    {one.note && <span className="line-clamp-2 text-dense text-fg-2">{one.note}</span>}
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </div>
      {open && <DashboardDialog onClose={() => setOpen(false)} />}
    </>
  );
}
