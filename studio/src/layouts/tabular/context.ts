import { createContext } from "react";
import type { GridProps } from "~/grid/Grid";

/** What a table needs beyond the contract of layouts: cells that are edited, columns that are arranged. */
export interface Table extends GridProps {
  /** The lines of a row where a table has no room: its title, and up to three values beside it. */
  lines: (item: Record<string, unknown>) => {
    title: string;
    values: { id: string; name: string; value: React.ReactNode }[];
  };
}

export const TableContext = createContext<Table | null>(null);
