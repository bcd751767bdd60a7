/** Registers what extensions contribute. Their code is loaded when it is first drawn; one that is broken stops no other. */

import { read } from "~/api/client";
import { EXTENSIONS } from "~/api/first";
import { queryClient } from "~/api/queries";
import { itemsPath } from "~/api/relations";
import { registerCommands } from "~/shell/commands";
import type { PanelQuery } from "./contract";
import { actions, modules, sidebar, themes } from "./contributions";
import type { Contribution, Extension } from "./extension";
import { hostDisplay, hostInterface, hostLayout, hostPanel } from "./host";
import { displays, interfaces, layouts, panels } from "./kinds";
import { filledQueries } from "./queries";
import { judged } from "./rights";
import { filledText } from "./template";
import { textOf } from "./texts";

export const extensionsQuery = {
  queryKey: ["extensions"],
  queryFn: ({ signal }: { signal: AbortSignal }) => read<Extension[]>(EXTENSIONS, signal),
};

let registered = false;

/** Register what all usable extensions contribute, once. Never throws: without extensions the studio goes on. */
export async function loadExtensions(): Promise<void> {
  if (registered) return;
  const found = await queryClient.fetchQuery({ ...extensionsQuery, retry: false }).catch(() => null);
  if (found === null) return;
  registered = true;
  for (const extension of found) {
    if (extension.error !== null || !extension.enabled) continue;
    const { contributes } = extension;
    for (const one of contributes.interfaces ?? []) {
      interfaces.register({
        ...described(one, extension),
        group: "other",
        // a cell is edited in a moment, and has no room for a frame
        modes: (one.modes ?? ["edit"]).filter((mode) => mode !== "cell" || extension.trust !== "sandboxed"),
        recommendedDisplays: one.recommendedDisplays,
        component: hostInterface(extension, one.element),
      });
    }
    for (const one of contributes.displays ?? []) {
      const { text } = one;
      displays.register({
        ...described(one, extension),
        text: text ? (value, options) => filledText(text, value, options) : undefined,
        // a frame for each cell of a list would be too much
        component: extension.trust === "sandboxed" ? undefined : hostDisplay(extension, one.element),
      });
    }
    for (const one of contributes.layouts ?? []) {
      layouts.register({ ...described(one, extension), component: hostLayout(extension, one.element) });
    }
    for (const one of contributes.panels ?? []) {
      panels.register({
        ...described(one, extension),
        minWidth: one.minWidth ?? 4,
        minHeight: one.minHeight ?? 3,
        queries: one.queries ? (options) => permitted(extension, filledQueries(one.queries ?? [], options)) : undefined,
        component: hostPanel(extension, one.element),
      });
    }
    for (const one of contributes.modules ?? []) {
      modules.register({ ...one, name: one.name || extension.title, extension });
    }
    for (const one of contributes.actions ?? []) actions.register({ ...one, extension });
    for (const one of contributes.sidebar ?? []) sidebar.register({ ...one, extension });
    for (const one of contributes.themes ?? []) themes.register({ ...one, extension });
    const { commands = [] } = contributes;
    if (commands.length) {
      registerCommands(async () =>
        commands.map(({ id, label, handler }) => ({
          id: `extension.${id}`,
          text: textOf(label),
          context: textOf(extension.title),
          run: () => void import("./running").then(({ runHandler }) => runHandler(extension, handler, {})),
        })),
      );
    }
  }
  if (themes.all().length) (await import("./themes")).followThemes();
}

/** What a panel may ask for: in a sandbox, only what the extension declares. Throws what is refused. */
function permitted(extension: Extension, queries: PanelQuery[] | null): PanelQuery[] | null {
  if (extension.trust !== "sandboxed") return queries;
  for (const { collection, query } of queries ?? []) {
    const found = judged(extension.requires.api, { method: "GET", path: itemsPath(collection), query }, []);
    if ("refused" in found) throw new Error(found.refused);
  }
  return queries;
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
