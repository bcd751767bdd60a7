/** A file's rows into a collection: choose, map, check, run; and take it back. */
import { useParams } from "@tanstack/react-router";
import { ArrowLeft, Check as CheckMark, FileUp, Plus } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { DropZone, FileTrigger } from "react-aria-components";
import { post } from "~/api/client";
import { keyField } from "~/api/keys";
import { collectionName, fieldName, nameOf, readable } from "~/api/names";
import {
  fieldsQuery,
  queryClient,
  schemaChanged,
  useCollection,
  useFields,
  useMay,
  useMe,
  useRelations,
} from "~/api/queries";
import { isToMany, linkOf } from "~/api/relations";
import type { Field } from "~/api/types";
import { defaultTemplate, loadRelated } from "~/displays/related";
import { fieldsOfTemplate } from "~/displays/template";
import { historyOf, type Operation } from "~/grid/history";
import { formatNumber } from "~/i18n/format";
import { t } from "~/i18n/words/list";
import { Button, ButtonLink } from "~/kit/Button";
import { Notice, PageHeader } from "~/kit/bits";
import { Select } from "~/kit/fields";
import { NoPermission } from "~/kit/states";
import { cx } from "~/kit/style";
import { toast, toastError } from "~/kit/Toast";
import { useShortcut } from "~/shell/keys";
import { ContentNav } from "./ContentNav";
import {
  type Check,
  type Importable,
  importRows,
  type Mapped,
  mapRows,
  readFile,
  rejectedCsv,
  SHEET_TYPES,
  type Sheet,
  suggest,
  type Target,
  tryRows,
} from "./importing";
import { fieldForColumn } from "./newField";

export function ImportPage() {
  const { collection: name = "" } = useParams({ strict: false });
  const collection = useCollection(name);
  const may = useMay(name, "create");
  return (
    <ContentNav>
      {!collection?.schema || may.access === "none" ? (
        <NoPermission
          what={collection ? collectionName(collection) : nameOf(name)}
          action={t("content.import.action")}
        />
      ) : (
        <Wizard key={name} name={name} title={collectionName(collection)} />
      )}
    </ContentNav>
  );
}

type Step =
  | { at: "file" }
  | { at: "map"; sheet: Sheet }
  | { at: "check"; sheet: Sheet; mapped: Mapped; check: Check }
  | { at: "done"; sheet: Sheet; check: Check; operation: Operation; undone: boolean };

function Wizard({ name, title }: { name: string; title: string }) {
  const history = historyOf(`${useMe().id}/${name}`);
  const fields = useFields(name);
  const relations = useRelations();
  const may = useMay(name, "create");
  const [step, setStep] = useState<Step>({ at: "file" });
  const [targets, setTargets] = useState<(Target | null)[]>([]);
  const [added, setAdded] = useState<ReadonlySet<number>>(new Set());
  const [pending, setPending] = useState(false);
  const [progress, setProgress] = useState(0);
  const [related, setRelated] = useState(0);
  const key = keyField(fields);
  useEffect(() => void loadRelated(fields).then(() => setRelated((count) => count + 1)), [fields]);
  const importable = useMemo<Importable[]>(() => {
    void related;
    return fields
      .filter(
        (field) =>
          field.type !== "alias" &&
          !field.schema?.is_generated &&
          (may.fields?.includes("*") || may.fields?.includes(field.field)),
      )
      .map((field) => {
        const link = linkOf(field, relations);
        const names =
          link?.related && !isToMany(link)
            ? fieldsOfTemplate(defaultTemplate(link.related)).filter((one) => !one.includes(".") && one !== "id")
            : [];
        return { field, link: link && !isToMany(link) ? link : undefined, names };
      });
  }, [fields, relations, may, related]);

  async function run(work: () => Promise<void>): Promise<void> {
    setPending(true);
    try {
      await work();
    } catch (error) {
      toastError(error);
    } finally {
      setPending(false);
    }
  }

  const take = (file: File | undefined) =>
    file &&
    run(async () => {
      const sheet = await readFile(name, file);
      setTargets(suggest(sheet, importable));
      setAdded(new Set());
      setStep({ at: "map", sheet });
    });

  const check = (sheet: Sheet) =>
    run(async () => {
      let fieldsNow = importable;
      let next = targets;
      if (added.size) {
        // new fields have to be there before rows can be tried against them
        for (const column of added) {
          const made = fieldForColumn(sheet, column, fields);
          const field = await post<Field>(`/fields/${encodeURIComponent(name)}`, made);
          fieldsNow = [...fieldsNow, { field, names: [] }];
          next = next.map((target, at) => (at === column ? { field: field.field } : target));
        }
        setTargets(next);
        setAdded(new Set());
        await schemaChanged();
      }
      const mapped = await mapRows(sheet, next, fieldsNow, async (other) =>
        keyField(await queryClient.ensureQueryData(fieldsQuery(other))),
      );
      setStep({ at: "check", sheet, mapped, check: await tryRows(name, key, mapped) });
    });

  const write = (sheet: Sheet, mapped: Mapped, checked: Check) =>
    run(async () => {
      setProgress(0);
      const operation = await importRows(name, key, mapped, checked, setProgress);
      history.push(operation);
      await queryClient.invalidateQueries({ queryKey: ["items"] });
      setStep({ at: "done", sheet, check: checked, operation, undone: false });
    });

  const takeBack = () =>
    step.at === "done" &&
    !step.undone &&
    void run(async () => {
      if (!(await history.undoThis(step.operation))) return;
      await queryClient.invalidateQueries({ queryKey: ["items"] });
      setStep({ ...step, undone: true });
    });
  useShortcut("mod+z", takeBack, {
    text: t("content.undo"),
    group: t("content.keys"),
    enabled: step.at === "done" && !step.undone,
  });

  return (
    <>
      <PageHeader
        title={t("content.import.title", { name: title })}
        before={
          <ButtonLink
            look="quiet"
            href={`/content/${encodeURIComponent(name)}`}
            icon={<ArrowLeft size={16} aria-hidden className="rtl:rotate-180" />}
          >
            <span className="sr-only">{t("content.import.back")}</span>
          </ButtonLink>
        }
      />
      <div className="min-h-0 flex-1 overflow-y-auto p-6 max-sm:p-4">
        <div className="mx-auto flex max-w-4xl flex-col gap-5">
          <Steps at={step.at} />
          {step.at === "file" && <FileStep pending={pending} onFile={take} />}
          {step.at === "map" && (
            <MapStep
              sheet={step.sheet}
              targets={targets}
              added={added}
              fields={importable}
              pending={pending}
              onTarget={(column, target) => {
                setTargets(targets.map((one, at) => (at === column ? target : one)));
                const next = new Set(added);
                next.delete(column);
                setAdded(next);
              }}
              onAdd={(column) => {
                setTargets(targets.map((one, at) => (at === column ? null : one)));
                setAdded(new Set([...added, column]));
              }}
              onBack={() => setStep({ at: "file" })}
              onNext={() => void check(step.sheet)}
            />
          )}
          {step.at === "check" && (
            <CheckStep
              {...step}
              pending={pending}
              progress={progress}
              onBack={() => setStep({ at: "map", sheet: step.sheet })}
              onNext={() => void write(step.sheet, step.mapped, step.check)}
            />
          )}
          {step.at === "done" && (
            <Notice
              tone={step.undone ? "info" : "success"}
              title={
                step.undone
                  ? t("content.import.undone")
                  : t("content.import.done", {
                      created: formatNumber(step.check.created.length),
                      updated: formatNumber(step.check.updated.length),
                    })
              }
              actions={
                <div className="flex flex-wrap gap-2">
                  {!step.undone && (
                    <Button isDisabled={pending} onPress={takeBack}>
                      {t("content.undo")}
                    </Button>
                  )}
                  <ButtonLink look="primary" href={`/content/${encodeURIComponent(name)}`}>
                    {t("content.import.show")}
                  </ButtonLink>
                </div>
              }
            >
              {step.check.errors.length > 0 && !step.undone && <Rejected sheet={step.sheet} check={step.check} />}
            </Notice>
          )}
        </div>
      </div>
    </>
  );
}

const STEPS = ["file", "map", "check", "done"] as const;

function Steps({ at }: { at: Step["at"] }) {
  const now = STEPS.indexOf(at);
  return (
    <ol className="flex flex-wrap gap-x-4 gap-y-2 border-b border-line text-dense max-sm:gap-x-1">
      {STEPS.map((one, index) => (
        <li
          key={one}
          aria-current={index === now ? "step" : undefined}
          className={cx(
            "-mb-px flex items-center gap-2 border-b-2 px-1.5 py-1.5",
            index === now ? "border-accent font-semibold text-fg" : "border-transparent text-fg-2",
          )}
        >
          <span
            className={cx(
              "flex size-6 shrink-0 items-center justify-center rounded-full border text-caption",
              index === now ? "border-accent bg-accent text-on-accent" : "border-line-strong",
            )}
          >
            {index < now ? <CheckMark size={14} aria-hidden /> : formatNumber(index + 1)}
          </span>
          {index < now && <span className="sr-only">{t("content.import.step.past")} </span>}
          <span className={cx(index !== now && "max-sm:sr-only")}>{t(`content.import.step.${one}`)}</span>
        </li>
      ))}
    </ol>
  );
}

function FileStep({ pending, onFile }: { pending: boolean; onFile: (file: File | undefined) => void }) {
  return (
    <DropZone
      aria-label={t("content.import.drop")}
      getDropOperation={(types) => (types.has("text/plain") && !types.has("text/csv") ? "copy" : "copy")}
      onDrop={(event) => {
        const item = event.items.find((one) => one.kind === "file");
        if (item?.kind === "file") void item.getFile().then(onFile);
      }}
      className="flex flex-col items-center gap-3 rounded-card border-2 border-dashed border-line-strong bg-surface px-6 py-14 text-center data-[drop-target]:border-accent data-[drop-target]:bg-accent-bg"
    >
      <FileUp size={28} aria-hidden className="text-fg-3" />
      <p className="max-w-md text-fg-2">{t("content.import.drop.text")}</p>
      <FileTrigger acceptedFileTypes={SHEET_TYPES} onSelect={(files) => onFile(files?.[0])}>
        <Button look="primary" isDisabled={pending}>
          {t("content.import.choose")}
        </Button>
      </FileTrigger>
    </DropZone>
  );
}

const SKIP = "-";
const ADD = "+";

function MapStep({
  sheet,
  targets,
  added,
  fields,
  pending,
  onTarget,
  onAdd,
  onBack,
  onNext,
}: {
  sheet: Sheet;
  targets: readonly (Target | null)[];
  added: ReadonlySet<number>;
  fields: readonly Importable[];
  pending: boolean;
  onTarget: (column: number, target: Target | null) => void;
  onAdd: (column: number) => void;
  onBack: () => void;
  onNext: () => void;
}) {
  const me = useMe();
  const used = targets.map((one) => one?.field);
  const nothing = targets.every((one) => one === null) && added.size === 0;
  return (
    <>
      <p className="text-fg-2">
        {t("content.import.map", { name: sheet.name, count: sheet.rows.length, text: formatNumber(sheet.rows.length) })}
      </p>
      <div className="overflow-x-auto rounded-card border border-line bg-surface">
        <table className="w-full text-start">
          <thead>
            <tr className="border-b border-line bg-sunken text-dense text-fg-2">
              <th className="px-3 py-2 text-start font-medium">{t("content.import.column")}</th>
              <th className="px-3 py-2 text-start font-medium max-sm:hidden">{t("content.import.values")}</th>
              <th className="w-64 px-3 py-2 text-start font-medium">{t("content.import.field")}</th>
            </tr>
          </thead>
          <tbody>
            {sheet.columns.map((column, place) => {
              const target = targets[place];
              const known = fields.find((one) => one.field.field === target?.field);
              const samples = sheet.rows
                .map((row) => row[place])
                .filter((value) => value !== "" && value !== null && value !== undefined)
                .slice(0, 3)
                .map((value) => (typeof value === "object" ? JSON.stringify(value) : String(value)));
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns are their places, names may stand twice
                <tr key={place} className="border-b border-line last:border-b-0">
                  <th scope="row" className="max-w-48 truncate px-3 py-2 text-start font-medium">
                    {column || t("content.import.unnamed", { number: place + 1 })}
                  </th>
                  <td className="max-w-64 truncate px-3 py-2 text-dense text-fg-2 max-sm:hidden">
                    {samples.join(" · ")}
                  </td>
                  <td className="px-3 py-2">
                    <div className="flex flex-col gap-1.5">
                      <Select
                        aria-label={t("content.import.target", { column })}
                        choices={[
                          { id: SKIP, text: t("content.import.skip") },
                          ...(me.admin_access ? [{ id: ADD, text: t("content.import.new_field") }] : []),
                          ...fields
                            .filter((one) => one.field.field === target?.field || !used.includes(one.field.field))
                            .map((one) => ({ id: one.field.field, text: fieldName(one.field) })),
                        ]}
                        value={added.has(place) ? ADD : (target?.field ?? SKIP)}
                        onChange={(id) => {
                          if (id === ADD) onAdd(place);
                          else if (id === SKIP) onTarget(place, null);
                          else
                            onTarget(place, { field: id, by: fields.find((one) => one.field.field === id)?.names[0] });
                        }}
                      />
                      {target && known?.link && known.names.length > 0 && (
                        <Select
                          aria-label={t("content.import.by", { column })}
                          choices={[
                            { id: SKIP, text: t("content.import.by_key") },
                            ...known.names.map((name) => ({
                              id: name,
                              text: t("content.import.by_name", { name: readable(name) }),
                            })),
                          ]}
                          value={target.by ?? SKIP}
                          onChange={(id) => onTarget(place, { field: target.field, by: id === SKIP ? undefined : id })}
                        />
                      )}
                    </div>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <Buttons onBack={onBack}>
        <Button
          look="primary"
          isDisabled={pending || nothing}
          onPress={onNext}
          icon={added.size ? <Plus size={16} aria-hidden /> : undefined}
        >
          {added.size ? t("content.import.check_new", { count: added.size }) : t("content.import.check")}
        </Button>
      </Buttons>
    </>
  );
}

function CheckStep({
  sheet,
  check,
  pending,
  progress,
  onBack,
  onNext,
}: {
  sheet: Sheet;
  check: Check;
  pending: boolean;
  progress: number;
  onBack: () => void;
  onNext: () => void;
}) {
  const rejected = new Set(check.errors.map((one) => one.row)).size;
  const right = check.created.length + check.updated.length;
  return (
    <>
      <div role="status">
        <Notice
          tone={rejected ? "warning" : "success"}
          title={t("content.import.checked", {
            created: formatNumber(check.created.length),
            updated: formatNumber(check.updated.length),
          })}
        >
          {check.same.length > 0 && (
            <p>{t("content.import.same", { count: check.same.length, text: formatNumber(check.same.length) })}</p>
          )}
          {rejected > 0 && <p>{t("content.import.rejected", { count: rejected, text: formatNumber(rejected) })}</p>}
        </Notice>
      </div>
      {check.errors.length > 0 && <Rejected sheet={sheet} check={check} />}
      <Buttons onBack={onBack}>
        <Button look="primary" isDisabled={pending || right === 0} onPress={onNext}>
          {pending
            ? t("content.bulk_edit.progress", { done: progress, count: right })
            : t("content.import.run", { count: right, text: formatNumber(right) })}
        </Button>
      </Buttons>
    </>
  );
}

const SHOWN = 200;

function Rejected({ sheet, check }: { sheet: Sheet; check: Check }) {
  const download = () =>
    void rejectedCsv(sheet, check.errors).then((text) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([`\ufeff${text}`], { type: "text/csv" }));
      link.download = `${sheet.name.replace(/\.\w+$/, "")}-${t("content.import.rejected_file")}.csv`;
      link.click();
      URL.revokeObjectURL(link.href);
      toast({ kind: "success", text: t("content.import.downloaded") });
    });
  return (
    <div className="mt-2 flex flex-col gap-2">
      <div className="max-h-96 overflow-auto rounded-card border border-line bg-surface text-fg">
        <table className="w-full">
          <caption className="sr-only">{t("content.import.errors")}</caption>
          <thead>
            <tr className="border-b border-line bg-sunken text-dense text-fg-2">
              <th className="px-3 py-2 text-start font-medium">{t("content.import.row")}</th>
              <th className="px-3 py-2 text-start font-medium">{t("content.import.column")}</th>
              <th className="px-3 py-2 text-start font-medium">{t("content.import.reason")}</th>
            </tr>
          </thead>
          <tbody>
            {check.errors.slice(0, SHOWN).map((one, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a row may be wrong twice in the same way
              <tr key={index} className="border-b border-line last:border-b-0">
                <td className="px-3 py-1.5 tabular-nums">{formatNumber(one.row)}</td>
                <td className="px-3 py-1.5">{one.column}</td>
                <td className="px-3 py-1.5">{one.message}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Button look="quiet" className="self-start" onPress={download}>
        {t("content.import.download")}
      </Button>
    </div>
  );
}

function Buttons({ onBack, children }: { onBack: () => void; children: React.ReactNode }) {
  return (
    <div className="flex items-center justify-between">
      <Button onPress={onBack}>{t("content.import.previous")}</Button>
      {children}
    </div>
  );
}
