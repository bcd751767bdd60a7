/** Changes before they are made: in words, as SQL, with what they cost. */
import { useQuery } from "@tanstack/react-query";
import { CircleAlert, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { ApiError } from "~/api/errors";
import { formatNumber } from "~/i18n/format";
import { t } from "~/i18n/words/admin";
import { Badge, Notice } from "~/kit/bits";
import { Dialog, DialogActions } from "~/kit/Dialog";
import { Checkbox } from "~/kit/fields";
import { Skeleton } from "~/kit/states";
import { CodeBlock } from "../code/CodeBlock";
import { applyChanges, type PlannedChange, planChanges } from "./apply";
import type { Change } from "./changes";
import type { ChangeSet } from "./draft";
import { failureText } from "./failure";

export function Review({
  changes,
  make,
  onClose,
  onApplied,
}: {
  changes: readonly Change[];
  /** The change set; may throw for what can't be made. */
  make: () => Promise<ChangeSet>;
  onClose: () => void;
  onApplied: () => void;
}) {
  const plan = useQuery({
    queryKey: ["schema-plan"],
    queryFn: async () => {
      const set = await make();
      return { set, ...(await planChanges(set)) };
    },
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const [failure, setFailure] = useState<unknown>(null);
  const [pending, setPending] = useState(false);
  const [sure, setSure] = useState(false);
  const problem = failure ?? plan.error;
  const planned = plan.data?.changes ?? [];
  const lossy = planned.filter(loses);
  async function apply() {
    if (!plan.data) return;
    setPending(true);
    setFailure(null);
    try {
      await applyChanges(plan.data.set, plan.data.hash);
      onApplied();
    } catch (error) {
      setFailure(error);
      setPending(false);
      // what was looked at may not be what is there any more
      if (error instanceof ApiError && error.status === 400) void plan.refetch();
    }
  }
  return (
    <Dialog
      isOpen
      size="large"
      title={t("develop.review.title", { count: changes.length })}
      onClose={onClose}
      footer={
        <DialogActions
          onCancel={onClose}
          look={lossy.length ? "danger" : "primary"}
          isPending={pending}
          isDisabled={!plan.data || (lossy.length > 0 && !sure)}
          onPress={() => void apply()}
        >
          {t("develop.review.apply")}
        </DialogActions>
      }
    >
      <div className="flex flex-col gap-4">
        {problem !== null && (
          <div role="alert">
            <Notice tone="danger" icon={<CircleAlert size={16} />} title={t("develop.review.failed")}>
              <p className="break-words">{failureText(problem)}</p>
              <p>{t("develop.review.nothing")}</p>
            </Notice>
          </div>
        )}
        <ul className="flex flex-col gap-1">
          {changes.map((one) => (
            <li key={`${one.kind} ${one.name}`} className="flex items-center gap-2">
              <Badge tone={one.kind === "remove" ? "danger" : one.kind === "add" ? "success" : "info"} dot>
                {t(`develop.changed.${one.kind}`)}
              </Badge>
              {one.name && (
                <code className="font-mono text-dense">{one.to ? `${one.name} → ${one.to}` : one.name}</code>
              )}
            </li>
          ))}
        </ul>
        {plan.isPending ? (
          <Skeleton className="h-24" />
        ) : (
          plan.data && (
            <section className="flex flex-col gap-2">
              <h3 className="font-semibold">{t("develop.review.sql")}</h3>
              {planned.length === 0 && <p className="text-fg-2">{t("develop.review.no_sql")}</p>}
              {together(planned).map((one, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a plan is a fixed list
                <div key={index} className="overflow-hidden rounded-card border border-line">
                  <div className="flex flex-wrap items-center gap-2 border-b border-line bg-sunken px-3 py-1.5 text-dense">
                    <code className="font-mono font-medium">{one.table}</code>
                    {loses(one) && (
                      <Badge tone="danger" dot>
                        {t("develop.review.destructive")}
                      </Badge>
                    )}
                    <span className="flex-1" />
                    {one.rows !== null && (
                      <span className="text-fg-2">
                        {t("develop.review.rows", { count: one.rows, number: formatNumber(one.rows) })}
                      </span>
                    )}
                  </div>
                  <CodeBlock
                    code={`${one.sql.join(";\n")};`}
                    label={t("develop.review.statements", { table: one.table })}
                  />
                </div>
              ))}
            </section>
          )
        )}
        {lossy.length > 0 && (
          <Notice tone="danger" icon={<TriangleAlert size={16} />}>
            <ul>
              {lossy.map((one) => (
                <li key={one.table + one.sql.length}>{lossText(one)}</li>
              ))}
            </ul>
            <Checkbox isSelected={sure} onChange={setSure} className="mt-2 font-medium">
              {t("develop.review.sure")}
            </Checkbox>
          </Notice>
        )}
      </div>
    </Dialog>
  );
}

/** What follows each other on one table, in one piece. */
function together(changes: readonly PlannedChange[]): PlannedChange[] {
  const found: PlannedChange[] = [];
  for (const one of changes) {
    const last = found.at(-1);
    if (last?.table !== one.table || loses(last) !== loses(one)) found.push(one);
    else found[found.length - 1] = { ...last, sql: [...last.sql, ...one.sql] };
  }
  return found;
}

const loses = (one: PlannedChange) =>
  (one.rows ?? 1) > 0 && (one.action === "drop" || one.dropped.length > 0 || one.converted.length > 0);

function lossText(one: PlannedChange): string {
  const rows = one.rows === null ? "?" : formatNumber(one.rows);
  if (one.action === "drop") return t("develop.review.drops_table", { table: one.table, rows });
  if (one.dropped.length)
    return t("develop.review.drops_column", { columns: one.dropped.join(", "), table: one.table, rows });
  return t("develop.review.converts", { columns: one.converted.join(", "), table: one.table, rows });
}
