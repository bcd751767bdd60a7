/** Says that the project holds a sample, and takes it away or brings it back. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { FlaskConical } from "lucide-react";
import { post } from "~/api/client";
import { collectionName, nameOf } from "~/api/names";
import { schemaChanged, useCollections } from "~/api/queries";
import { formatDate, formatNumber } from "~/i18n/format";
import { t } from "~/i18n/i18n";
import { Button } from "~/kit/Button";
import { Notice } from "~/kit/bits";
import { confirm } from "~/kit/Dialog";
import { toast, toastError } from "~/kit/Toast";
import { SAMPLE_PATH, sampleQuery } from "./sample";

interface Removal {
  counts: { collection: string; items: number; others: number; stays: boolean | null }[];
}

export function SampleBanner() {
  const client = useQueryClient();
  const { data } = useQuery(sampleQuery);
  const everything = async () => {
    await schemaChanged();
    // what follows the schema is drawn anew first: it must not ask for collections that are gone
    await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
    await client.invalidateQueries();
  };
  const restore = useMutation({
    mutationFn: () => post(`${SAMPLE_PATH}/restore`, {}),
    onSuccess: () => toast({ kind: "success", text: t("home.sample.restored") }),
    onError: (error) => toastError(error, t("home.sample.restore.failed")),
    onSettled: everything,
  });
  const remove = useMutation({
    mutationFn: async () => {
      const preview = await post<Removal>(`${SAMPLE_PATH}/remove`, { preview: true });
      if (
        !(await confirm({
          title: t("home.sample.remove.title"),
          text: <Removed counts={preview.counts} />,
          action: t("home.sample.remove"),
          danger: true,
        }))
      )
        return;
      await post(`${SAMPLE_PATH}/remove`, {});
      toast({
        kind: "success",
        text: t("home.sample.removed"),
        action: { text: t("home.sample.undo"), run: () => restore.mutate() },
      });
    },
    onError: (error) => toastError(error, t("home.sample.remove.failed")),
    onSettled: everything,
  });
  if (data?.current) {
    return (
      <Notice
        icon={<FlaskConical size={16} />}
        title={t("home.sample.title")}
        actions={
          <Button isPending={remove.isPending} onPress={() => remove.mutate()}>
            {t("home.sample.remove")}
          </Button>
        }
      >
        {t("home.sample.text")}
      </Notice>
    );
  }
  if (data?.restorableUntil) {
    return (
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-dense text-fg-2">
        {t("home.sample.restorable", { date: formatDate(data.restorableUntil) })}
        <Button look="quiet" isPending={restore.isPending} onPress={() => restore.mutate()}>
          {t("home.sample.restore")}
        </Button>
      </div>
    );
  }
  return null;
}

function Removed({ counts }: Removal) {
  const collections = useCollections();
  const called = (name: string) => {
    const known = collections.find((one) => one.collection === name);
    return known ? collectionName(known) : nameOf(name);
  };
  return (
    <>
      <p>{t("home.sample.remove.text")}</p>
      <ul className="mt-2 flex flex-col gap-1">
        {counts
          .filter((one) => one.items > 0)
          .map((one) => (
            <li key={one.collection} className="flex justify-between gap-4 border-b border-line py-1 text-fg">
              <span>{called(one.collection)}</span>
              <span className="tabular-nums">
                {formatNumber(one.items)}
                {one.others > 0 && (
                  <span className="text-fg-3"> · {t("home.sample.remove.others", { count: one.others })}</span>
                )}
              </span>
            </li>
          ))}
      </ul>
    </>
  );
}
