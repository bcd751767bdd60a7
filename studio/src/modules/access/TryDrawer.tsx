/** What a person may do by all that is saved, collection by collection, with how many items they can read. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { request } from "~/api/client";
import { ApiError } from "~/api/errors";
import { collectionName } from "~/api/names";
import { useCollections } from "~/api/queries";
import type { Action, Permissions } from "~/api/types";
import { viewAs } from "~/api/viewAs";
import { boot } from "~/boot";
import { t } from "~/i18n/words/admin";
import { Button } from "~/kit/Button";
import { Badge, Notice } from "~/kit/bits";
import { Drawer } from "~/kit/Dialog";
import { ComboBox } from "~/kit/fields";
import { Failed, Loading } from "~/kit/states";
import { askCounts } from "~/modules/content/counts";
import { GUEST, peopleQuery, personChoices } from "./data";

const WRITES: Action[] = ["create", "update", "delete", "share"];

/** `person`: who is chosen at first. */
export default function TryDrawer({ person, onClose }: { person?: string; onClose: () => void }) {
  const [chosen, setChosen] = useState<string | null>(person ?? null);
  const people = useQuery(peopleQuery).data;
  const choices = personChoices(people ?? []);
  const name = choices.find((one) => one.id === chosen)?.text ?? "";
  const seen = chosen === GUEST ? "public" : chosen;
  return (
    <Drawer
      isOpen
      title={t("access.try.title")}
      onClose={onClose}
      footer={
        seen && (
          <Button onPress={() => viewAs({ id: seen, name }, `${boot.mount}content`)}>{t("access.view_as")}</Button>
        )
      }
    >
      <div className="flex flex-col gap-5">
        <ComboBox
          label={t("access.check.person")}
          choices={choices}
          selectedKey={chosen}
          onSelectionChange={(key) => setChosen(key ? String(key) : null)}
          autoFocus={!chosen}
        />
        {seen ? (
          <>
            <Notice>{t("access.try.note")}</Notice>
            <What key={seen} seen={seen} />
          </>
        ) : (
          <p className="py-6 text-center text-fg-2">{t("access.try.empty")}</p>
        )}
      </div>
    </Drawer>
  );
}

function What({ seen }: { seen: string }) {
  const headers = { "x-satchel-view-as": seen };
  const collections = useCollections().filter(
    (one) => one.schema !== null && !one.collection.startsWith("directus_") && !one.meta?.singleton,
  );
  const admin = useQuery({
    queryKey: ["access", seen, "globals"],
    queryFn: ({ signal }) =>
      request<{ admin_access: boolean }>("GET", "/policies/me/globals", { headers, signal }).catch(guestIsNone),
    staleTime: 0,
  });
  const may = useQuery({
    queryKey: ["access", seen, "permissions"],
    queryFn: ({ signal }) => request<Permissions>("GET", "/permissions/me", { headers, signal }),
    staleTime: 0,
  });
  const names = collections.map((one) => one.collection);
  const counts = useQuery({
    queryKey: ["access", seen, "counts", names.join()],
    queryFn: async ({ signal }) => {
      const [all, theirs] = await Promise.all([askCounts(names, signal), askCounts(names, signal, headers)]);
      return { all, theirs };
    },
    staleTime: 0,
  });
  if (may.error) return <Failed error={may.error} onRetry={() => void may.refetch()} />;
  if (!may.data || admin.isPending) return <Loading />;
  const access = (collection: string, action: Action) =>
    admin.data?.admin_access ? "full" : (may.data[collection]?.[action]?.access ?? "none");
  const read = (collection: string): string => {
    if (counts.isPending) return "…";
    const theirs = counts.data?.theirs[collection];
    if (theirs === undefined) return t(access(collection, "read") === "none" ? "access.try.none" : "access.try.failed");
    return t("access.try.read", { all: counts.data?.all[collection] ?? theirs, seen: theirs });
  };
  return (
    <ul className="flex flex-col divide-y divide-line">
      {collections.map((one) => (
        <li key={one.collection} className="flex flex-col gap-1.5 py-3">
          <div className="flex items-baseline justify-between gap-3">
            <span className="truncate font-medium">{collectionName(one)}</span>
            <span className="text-dense text-fg-2">{read(one.collection)}</span>
          </div>
          <div className="flex flex-wrap gap-1.5">
            {WRITES.map((action) => {
              const level = access(one.collection, action);
              const [tone, word] =
                level === "full"
                  ? (["success", "full"] as const)
                  : level === "partial"
                    ? (["info", "partial"] as const)
                    : (["neutral", "no"] as const);
              return (
                <Badge key={action} tone={tone}>
                  {t(`access.action.${action}`)}: {t(`access.try.${word}`)}
                </Badge>
              );
            })}
          </div>
        </li>
      ))}
    </ul>
  );
}

/** Guests have no globals. */
function guestIsNone(error: unknown): { admin_access: boolean } {
  if (error instanceof ApiError && (error.status === 401 || error.status === 403)) return { admin_access: false };
  throw error;
}
