import type { ReactNode } from "react";
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from "react-aria-components";
import { cx } from "./style";

export interface TabItem {
  id: string;
  title: ReactNode;
  content: ReactNode;
}

/** Tabs over their panels. */
export function Tabs({
  label,
  tabs,
  selected,
  onSelect,
  className,
}: {
  label: string;
  tabs: TabItem[];
  selected?: string;
  onSelect?: (id: string) => void;
  className?: string;
}) {
  return (
    <AriaTabs
      selectedKey={selected}
      onSelectionChange={(key) => onSelect?.(String(key))}
      className={cx("flex min-h-0 flex-col", className)}
    >
      <TabList aria-label={label} className="flex gap-1 overflow-x-auto border-b border-line">
        {tabs.map((tab) => (
          <Tab
            key={tab.id}
            id={tab.id}
            className="-mb-px flex min-h-9 pointer-coarse:min-h-11 cursor-default items-center border-b-2 border-transparent px-3 font-medium whitespace-nowrap text-fg-2 outline-offset-[-2px] data-[hovered]:text-fg data-[selected]:border-accent data-[selected]:text-fg"
          >
            {tab.title}
          </Tab>
        ))}
      </TabList>
      {tabs.map((tab) => (
        <TabPanel key={tab.id} id={tab.id} className="min-h-0 flex-1 pt-4 outline-offset-2">
          {tab.content}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
