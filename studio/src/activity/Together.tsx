/** From one entry of the activity to all that was done with it. */
import { useQuery } from "@tanstack/react-query";
import { Layers } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useMay } from "~/api/queries";
import { formatNumber } from "~/i18n/format";
import { t } from "~/i18n/words/list";
import { Button } from "~/kit/Button";
import { operationOf, partsOf } from "./activity";

const OperationDialog = lazy(() => import("./OperationDialog"));

/** Nothing where it was done alone, or the rest is not to be seen. `entry`: its number in the activity. */
export default function Together({ entry }: { entry: number }) {
  const may = useMay("directus_activity", "read").access !== "none";
  const [open, setOpen] = useState(false);
  const { data } = useQuery({
    queryKey: ["operation", "of", entry],
    queryFn: async ({ signal }) => {
      const operation = await operationOf(entry, signal);
      if (!operation) return null;
      const parts = await partsOf(operation, {}, signal);
      return { operation, count: parts.reduce((sum, one) => sum + one.count, 0) };
    },
    enabled: may,
  });
  if (!data || data.count < 2) return null;
  return (
    <>
      <Button look="quiet" className="self-start" icon={<Layers size={16} aria-hidden />} onPress={() => setOpen(true)}>
        {t("activity.together", { count: data.count, text: formatNumber(data.count) })}
      </Button>
      {open && (
        <Suspense fallback={null}>
          <OperationDialog operation={data.operation} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
