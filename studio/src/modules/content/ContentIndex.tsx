/** All collections that the person may read. */

import { collectionName } from "~/api/names";
import { useCollections } from "~/api/queries";
import { t } from "~/i18n/i18n";
import { PageHeader } from "~/kit/bits";

export function ContentIndex() {
  const collections = useCollections().filter((one) => !one.collection.startsWith("directus_"));
  return (
    <>
      <PageHeader title={t("content.title")} />
      <ul className="p-6">
        {collections.map((one) => (
          <li key={one.collection}>{collectionName(one)}</li>
        ))}
      </ul>
    </>
  );
}
