/** A list without rows: why there are none, and what to do about it. */
import { useQuery } from "@tanstack/react-query";
import { Inbox, SearchX } from "lucide-react";
import type { Filter } from "~/api/types";
import { bothFilters } from "~/filter/tree";
import { formatNumber } from "~/i18n/format";
import { t } from "~/i18n/words/list";
import { Button, ButtonLink } from "~/kit/Button";
import { Empty } from "~/kit/states";
import { type Archived, type Archiving, archiveFilter, countItems } from "../query";

interface NoRowsProps {
  collection: string;
  /** The view's own; which items as far as they are archived stands apart. */
  filter: Filter | null;
  search: string | null;
  archiving: Archiving | undefined;
  archived: Archived;
  mayCreate: boolean;
  onClear: () => void;
  onArchived: (archived: Archived) => void;
}

export default function NoRows(props: NoRowsProps) {
  const { collection, filter, search, archiving, archived, mayCreate, onClear, onArchived } = props;
  const filtered = !!filter || !!search;
  const path = `/content/${encodeURIComponent(collection)}`;
  // archived items where they are hidden, all others where only archived ones are shown
  const other: Archived = archived === "only" ? "active" : "only";
  const elsewhere = useCount(
    collection,
    archiving && archived !== "all" ? { filter: bothFilters(filter, archiveFilter(archiving, other)), search } : null,
  );
  const unfiltered = useCount(
    collection,
    filtered ? { filter: archiveFilter(archiving, archived), search: null } : null,
  );
  const showOther = elsewhere > 0 && (
    <Button onPress={() => onArchived(other)}>
      {t(other === "only" ? "content.archived.show" : "content.archived.leave")}
    </Button>
  );
  const aboutOther = elsewhere > 0 && (
    <p>
      {t(other === "only" ? "content.archived.some" : "content.archived.others", {
        count: elsewhere,
        text: formatNumber(elsewhere),
      })}
    </p>
  );
  if (filtered) {
    return (
      <Empty
        icon={<SearchX size={20} />}
        title={t("content.no_match")}
        actions={
          <>
            <Button look="primary" onPress={onClear}>
              {t("content.filter.clear")}
            </Button>
            {showOther}
          </>
        }
      >
        <p>
          {unfiltered > 0
            ? t("content.no_match.count", { count: unfiltered, text: formatNumber(unfiltered) })
            : t("content.no_match.text")}
        </p>
        {aboutOther}
      </Empty>
    );
  }
  if (archived === "only" || elsewhere > 0) {
    return (
      <Empty
        title={t(archived === "only" ? "content.archived.none" : "content.archived.rest")}
        actions={
          <>
            {archived !== "only" && mayCreate && (
              <ButtonLink look="primary" href={`${path}/new`}>
                {t("content.create")}
              </ButtonLink>
            )}
            {showOther}
          </>
        }
      >
        {aboutOther}
      </Empty>
    );
  }
  return (
    <Empty
      icon={<Inbox size={20} />}
      title={t("content.empty")}
      actions={
        mayCreate && (
          <>
            <ButtonLink look="primary" href={`${path}/new`}>
              {t("content.create")}
            </ButtonLink>
            <ButtonLink href={`${path}/import`}>{t("content.import")}</ButtonLink>
          </>
        )
      }
    >
      {t(mayCreate ? "content.empty.text" : "content.empty.read_only")}
    </Empty>
  );
}

/** How many items match; 0 while it is not known, and where nothing is asked. */
function useCount(collection: string, asked: { filter: Filter | null; search: string | null } | null): number {
  const counted = useQuery({
    queryKey: ["items", collection, "count", asked],
    queryFn: ({ signal }) => countItems(collection, asked ?? { filter: null, search: null }, signal),
    enabled: asked !== null,
  });
  return asked ? (counted.data ?? 0) : 0;
}
