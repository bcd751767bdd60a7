/** Items by their titles, each with a way to it and what is to be said of it. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-aria-components";
import { titlesQuery } from "~/api/titles";
import type { Key } from "~/api/types";
import { formatNumber } from "~/i18n/format";
import { t } from "~/i18n/words/list";
import { ANY_DIRECTION, cx } from "~/kit/style";
import { itemHref } from "~/shell/recent";

/** Most items that are named. */
const MOST_NAMED = 200;

export interface NamedItemsProps {
  collection: string;
  label: string;
  items: readonly { key: Key; message?: string }[];
}

export default function NamedItems({ collection, label, items }: NamedItemsProps) {
  const named = items.slice(0, MOST_NAMED);
  const more = items.length - named.length;
  const { data } = useQuery(titlesQuery(named.map(({ key }) => ({ collection, id: key }))));
  const titles = new Map(data?.map((one) => [String(one.id), one.title]));
  return (
    <>
      <ul aria-label={label} className="flex flex-col rounded-card border border-line">
        {named.map(({ key, message }) => (
          <li key={String(key)} className="flex flex-col px-3 py-2 [&:not(:first-child)]:border-t border-line">
            <Link
              href={itemHref({ collection, id: key })}
              className={cx(
                "self-start rounded-sm font-medium text-accent underline-offset-2 data-[hovered]:underline pointer-coarse:min-h-11",
                ANY_DIRECTION,
              )}
            >
              <bdi>{titles.get(String(key)) ?? String(key)}</bdi>
            </Link>
            {message && <span className="text-dense text-fg-2">{message}</span>}
          </li>
        ))}
      </ul>
      {more > 0 && (
        <p className="text-dense text-fg-2">
          {t("content.bulk.failed.more", { count: more, text: formatNumber(more) })}
        </p>
      )}
    </>
  );
}
