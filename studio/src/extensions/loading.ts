/** Registers what extensions contribute. Their code is loaded when it is first drawn; one that is broken stops no other. */

import { get } from "~/api/client";
import { queryClient } from "~/api/queries";
import type { Text } from "./contract";
import { hostDisplay, hostInterface, hostLayout } from "./host";
import { displays, interfaces, layouts } from "./kinds";

/** As `/studio/api/extensions` lists it. */
export interface Extension {
  name: string;
  source: "folder" | "package";
  /** Why it can't be used; then the rest is missing. */
  error: string | null;
  version: string;
  title: Text;
  trust: "trusted" | "sandboxed";
  /** Where its files are, below the studio's own address. */
  base: string;
  entry: string;
  contributes: { interfaces?: Contribution[]; displays?: Contribution[]; layouts?: Contribution[] };
}

export interface Contribution {
  id: string;
  name?: Text;
  icon?: string;
  types?: string[];
  element: string;
  options?: { field: string; type: string; name?: Text; default?: unknown; interface?: string }[];
  modes?: ("edit" | "batch" | "cell" | "compare")[];
  recommendedDisplays?: string[];
}

export const extensionsQuery = {
  queryKey: ["extensions"],
  queryFn: ({ signal }: { signal: AbortSignal }) => get<Extension[]>("/studio/api/extensions", undefined, signal),
};

let registered = false;

/** Register what all usable extensions contribute, once. Never throws: without extensions the studio goes on. */
export async function loadExtensions(): Promise<void> {
  if (registered) return;
  const found = await queryClient.fetchQuery({ ...extensionsQuery, retry: false }).catch(() => null);
  if (found === null) return;
  registered = true;
  for (const extension of found) {
    if (extension.error !== null) continue;
    const { contributes } = extension;
    for (const one of contributes.interfaces ?? []) {
      interfaces.register({
        ...described(one, extension),
        group: "other",
        modes: one.modes ?? ["edit"],
        recommendedDisplays: one.recommendedDisplays,
        component: hostInterface(extension, one.element),
      });
    }
    for (const one of contributes.displays ?? []) {
      displays.register({ ...described(one, extension), component: hostDisplay(extension, one.element) });
    }
    for (const one of contributes.layouts ?? []) {
      layouts.register({ ...described(one, extension), component: hostLayout(extension, one.element) });
    }
  }
}

function described(one: Contribution, extension: Extension) {
  return {
    id: one.id,
    name: one.name ?? one.id,
    icon: one.icon ?? "puzzle",
    types: one.types ?? [],
    element: one.element,
    extension: extension.name,
    options: one.options?.map((option) => ({ ...option, name: option.name ?? option.field })),
  };
}
