"use client";

import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";
import { classNames } from "./class-names";

export type Tab = { value: string; label: ReactNode; panel: ReactNode };

/** Several views of one thing in one place. `fill` lets the panel scroll inside its parent. */
export function Tabs({
  tabs,
  value,
  onValueChange,
  fill = false,
}: {
  tabs: readonly Tab[];
  value?: string;
  onValueChange?: (value: string) => void;
  fill?: boolean;
}) {
  const control = value === undefined ? { defaultValue: tabs[0]?.value ?? null } : { value };
  return (
    <Base.Root
      {...control}
      {...(onValueChange ? { onValueChange: (now: string) => onValueChange(now) } : {})}
      className={fill ? "flex min-h-0 grow flex-col" : undefined}
    >
      <Base.List className="flex shrink-0 gap-1 overflow-x-auto border-b border-line">
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.value}
            value={tab.value}
            className="relative flex min-h-10 items-center gap-2 px-3 font-medium whitespace-nowrap text-muted after:absolute after:inset-x-0 after:bottom-0 after:h-0.5 hover:text-ink focus-visible:-outline-offset-2 data-active:text-ink data-active:after:bg-accent forced-colors:data-active:after:bg-[Highlight]"
          >
            {tab.label}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map((tab) => (
        <Base.Panel
          key={tab.value}
          value={tab.value}
          className={classNames(
            "focus-visible:-outline-offset-2",
            fill && "min-h-0 grow overflow-y-auto",
          )}
        >
          {tab.panel}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
