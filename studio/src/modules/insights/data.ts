/** Dashboards and their panels on the wire, and what of them waits to be saved. */
import { queryOptions } from "@tanstack/react-query";
import { get, patch } from "~/api/client";
import { queryClient } from "~/api/queries";
import { unchanged } from "~/form/store";
import type { Placed } from "./layout";

export interface Panel extends Placed {
  name: string | null;
  icon: string | null;
  color: string | null;
  show_header: boolean;
  note: string | null;
  type: string;
  options: Record<string, unknown> | null;
}

export interface Dashboard {
  id: string;
  name: string;
  icon: string | null;
  note: string | null;
  color: string | null;
}

const FIELDS = "id,name,icon,note,color";
const PANEL_FIELDS = [
  "id",
  "name",
  "icon",
  "color",
  "show_header",
  "note",
  "type",
  "position_x",
  "position_y",
  "width",
  "height",
  "options",
] as const;

export const dashboardsQuery = queryOptions({
  queryKey: ["dashboards"],
  queryFn: ({ signal }) => get<Dashboard[]>("/dashboards", { fields: FIELDS, sort: "name", limit: -1 }, signal),
});

export const panelsQuery = (dashboard: string) =>
  queryOptions({
    queryKey: ["dashboards", dashboard, "panels"],
    queryFn: ({ signal }) =>
      get<Panel[]>(
        "/panels",
        {
          fields: PANEL_FIELDS.join(","),
          filter: { dashboard: { _eq: dashboard } },
          sort: "position_y,position_x",
          limit: -1,
        },
        signal,
      ),
  });

export const dashboardsChanged = () => queryClient.invalidateQueries({ queryKey: ["dashboards"] });

const NEW = "new:";
let made = 0;
/** The id of a panel that is not saved yet. */
export const newId = (): string => `${NEW}${++made}`;
export const isNew = (panel: Pick<Panel, "id">): boolean => panel.id.startsWith(NEW);

export interface PanelChanges {
  create: Record<string, unknown>[];
  update: Record<string, unknown>[];
  delete: string[];
}

/** What has to be written so that the panels of before become those of now. */
export function changesOf(before: readonly Panel[], now: readonly Panel[]): PanelChanges {
  const known = new Map(before.map((one) => [one.id, one]));
  const kept = new Set(now.map((one) => one.id));
  const changes: PanelChanges = { create: [], update: [], delete: [] };
  for (const panel of now) {
    const old = known.get(panel.id);
    if (!old) {
      const { id: _, ...values } = panel;
      changes.create.push(values);
      continue;
    }
    const changed = PANEL_FIELDS.filter((name) => !unchanged(old[name], panel[name]));
    if (changed.length) {
      changes.update.push({ id: panel.id, ...Object.fromEntries(changed.map((name) => [name, panel[name]])) });
    }
  }
  changes.delete = before.filter((one) => !kept.has(one.id)).map((one) => one.id);
  return changes;
}

export const isEmpty = (changes: PanelChanges): boolean =>
  changes.create.length + changes.update.length + changes.delete.length === 0;

/** Write all changes in one transaction. Throws ApiError. */
export async function savePanels(dashboard: string, changes: PanelChanges): Promise<void> {
  await patch(`/dashboards/${encodeURIComponent(dashboard)}`, { panels: changes }, { fields: "id" });
}
