/** A part of a form that opens and closes. */
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Button, Disclosure, DisclosurePanel, Heading } from "react-aria-components";

export function Section({ title, isOpen, children }: { title: ReactNode; isOpen?: boolean; children: ReactNode }) {
  return (
    <Disclosure defaultExpanded={isOpen} className="group/section border-t border-line pt-3">
      <Heading level={3}>
        <Button
          slot="trigger"
          className="-mx-1 flex min-h-7 w-full pointer-coarse:min-h-11 items-center gap-1.5 rounded-control px-1 text-start font-semibold data-[hovered]:bg-hover"
        >
          <ChevronRight
            size={16}
            aria-hidden
            className="text-fg-3 transition-transform group-data-[expanded]/section:rotate-90 rtl:rotate-180"
          />
          {title}
        </Button>
      </Heading>
      <DisclosurePanel>
        <div className="flex flex-col gap-3 pt-2 pb-1">{children}</div>
      </DisclosurePanel>
    </Disclosure>
  );
}
