/** What extensions ask of the studio and few need: items to be chosen, what exists, commands. Loaded when it is asked for. */
import { QueryClientProvider } from "@tanstack/react-query";
import { Suspense } from "react";
import { I18nProvider } from "react-aria-components";
import { createRoot } from "react-dom/client";
import { collectionsQuery, fieldsQuery, meQuery, queryClient, relationsQuery } from "~/api/queries";
import type { Filter, Key } from "~/api/types";
import { languageCode } from "~/i18n/i18n";
import { ItemPicker } from "~/relations/ItemPicker";
import { allCommands } from "~/shell/commands";
import { navigate } from "./sdk";

export interface PickOptions {
  multiple?: boolean;
  filter?: Filter | null;
  /** Keys that are shown and can't be chosen again. */
  selected?: Key[];
  title?: string;
}

/** The keys that the person chose; null where they chose none. */
export function pickItems(collection: string, options: PickOptions = {}): Promise<Key[] | null> {
  return new Promise((answer) => {
    const place = document.body.appendChild(document.createElement("div"));
    const root = createRoot(place);
    let picked: Key[] | null = null;
    const close = () => {
      answer(picked);
      setTimeout(() => {
        root.unmount();
        place.remove();
      });
    };
    const { multiple, filter, selected, title } = options;
    root.render(
      <I18nProvider locale={languageCode()}>
        <QueryClientProvider client={queryClient}>
          <Suspense>
            <ItemPicker
              collection={collection}
              multiple={multiple}
              filter={filter}
              selected={selected}
              title={title}
              onPick={(keys) => {
                picked = keys;
              }}
              onClose={close}
            />
          </Suspense>
        </QueryClientProvider>
      </I18nProvider>,
    );
  });
}

export const collections = () => queryClient.ensureQueryData(collectionsQuery);
export const fields = (collection: string) => queryClient.ensureQueryData(fieldsQuery(collection));
export const relations = () => queryClient.ensureQueryData(relationsQuery);

/** Run what the command palette offers by this id. Throws where nothing has it. */
export async function runCommand(id: string): Promise<void> {
  const me = await queryClient.ensureQueryData(meQuery);
  const found = (await allCommands(me)).find((one) => one.id === id || one.id === `extension.${id}`);
  if (!found) throw new Error(`There is no command "${id}".`);
  if (found.run) found.run();
  else if (found.href) await navigate(found.href);
}
