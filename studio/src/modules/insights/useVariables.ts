/** The values of a dashboard's variables: what the address says, else what their panels begin with. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Panel } from "./data";
import type { DashboardSearch } from "./routes";

export function useVariables(panels: readonly Panel[]) {
  const { v } = useSearch({ strict: false }) as DashboardSearch;
  const navigate = useNavigate();
  const values = useMemo(() => {
    const first: Record<string, unknown> = {};
    for (const { type, options } of panels) {
      if (type === "variable" && typeof options?.field === "string")
        first[options.field] = options.defaultValue ?? null;
    }
    return { ...first, ...v };
  }, [panels, v]);
  const set = (key: string, value: unknown) =>
    void navigate({ to: ".", search: { v: { ...v, [key]: value } }, replace: true });
  return { values, set };
}
