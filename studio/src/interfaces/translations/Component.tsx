/** The texts of an item in several languages, two of them side by side. */
import { useQuery } from "@tanstack/react-query";
import { ArrowRightLeft, Columns2, Square } from "lucide-react";
import { useCallback, useMemo, useRef, useState } from "react";
import { get } from "~/api/client";
import { keyField } from "~/api/keys";
import { fieldsQuery, useRelations } from "~/api/queries";
import { itemsPath } from "~/api/relations";
import type { Field, Item, Key } from "~/api/types";
import type { InterfaceProps } from "~/extensions/contract";
import { type Graph, type Source, useGraph } from "~/form/context";
import type { NodeId } from "~/form/journal";
import { direction, locale } from "~/i18n/i18n";
import { t } from "~/i18n/words/item";
import { Button, IconButton } from "~/kit/Button";
import { Notice } from "~/kit/bits";
import { Select } from "~/kit/fields";
import { Failed, Loading } from "~/kit/states";
import { useShape } from "~/relations/items";
import { NodeForm } from "~/relations/LinkedDrawer";
import type { Row } from "~/relations/rows";
import { relationsOf, type ToMany } from "~/relations/schema";
import { useRows } from "~/relations/useRows";
import { filledCount, isFilled, ownFields } from "./filled";

interface Options {
  languageField?: string | null;
  languageDirectionField?: string | null;
  defaultLanguage?: string | null;
}

interface Language {
  code: string;
  name: string;
  dir: "ltr" | "rtl";
}

export default function TranslationsInterface(props: InterfaceProps<unknown, Options>) {
  const graph = useGraph();
  const link = relationsOf(props.field, useRelations());
  if (!graph) return <p className="text-dense text-fg-3">{t("relations.not_here")}</p>;
  if (link?.kind !== "translations" || link.forward === null)
    return <Notice tone="warning">{t("relations.broken")}</Notice>;
  return <Translations {...props} graph={graph} link={{ ...link, forward: link.forward }} />;
}

type Through = ToMany & { forward: string };

function Translations({
  graph,
  link,
  field,
  options,
  disabled,
  readonly,
}: InterfaceProps<unknown, Options> & { graph: Graph; link: Through }) {
  const fields = useQuery(fieldsQuery(link.rows)).data;
  const primaryKey = fields && keyField(fields);
  const names = useMemo(() => (fields ?? []).filter((one) => one.type !== "alias").map((one) => one.field), [fields]);
  const languages = useLanguages(link, options);
  const { rows, stored, isPending, isFetching, error, retry } = useRows(graph, field.field, link, primaryKey, names);
  const [shown, setShown] = useState<[string | null, string | null]>([null, null]);
  const [split, setSplit] = useState(true);
  if (error || languages.error) return <Failed error={error ?? languages.error} onRetry={retry} />;
  if (!fields || isPending || !languages.data) return <Loading />;
  const all = languages.data;
  if (all.length === 0) return <p className="text-dense text-fg-3">{t("interfaces.translations.none")}</p>;
  const first = all.find((one) => one.code === (shown[0] ?? options.defaultLanguage)) ?? all[0];
  const second =
    all.find((one) => one.code === shown[1] && one.code !== first?.code) ??
    all.find((one) => one.code.split("-")[0] === locale() && one.code !== first?.code) ??
    all.find((one) => one.code !== first?.code);
  const hidden = new Set([link.back, link.forward, primaryKey ?? "id"]);
  const own = ownFields(fields, hidden);
  const rowOf = (code: string) => rows.find((row) => String(row.target) === code && !row.removed);
  const valuesOf = (code: string): Item | null => {
    const row = rowOf(code);
    if (!row) return null;
    const base = stored.find((one) => row.key !== null && String(one[primaryKey ?? "id"]) === String(row.key)) ?? {};
    return row.node && graph.journal.has(row.node) ? { ...base, ...graph.journal.node(row.node).sets } : base;
  };
  const missing = (code: string) => own.length - filledCount(own, valuesOf(code));
  const fixed = disabled || readonly;
  const side = (language: Language, place: 0 | 1) => (
    <Side
      key={`${place}-${language.code}`}
      graph={graph}
      field={field}
      link={link}
      primaryKey={primaryKey ?? "id"}
      language={language}
      languages={all}
      row={rowOf(language.code)}
      base={valuesOf(language.code)}
      hidden={hidden}
      missing={missing}
      fixed={fixed || isFetching}
      other={place === 1 && first ? { language: first, values: valuesOf(first.code), own } : null}
      valuesOf={valuesOf}
      onLanguage={(code) => setShown(place === 0 ? [code, second?.code ?? null] : [first?.code ?? null, code])}
    />
  );
  const open = all.filter((one) => missing(one.code) > 0).length;
  return (
    <div className="@container rounded-card border border-line bg-surface">
      <div className="flex min-h-11 items-center gap-2 border-b border-line px-3">
        <span className="flex-1 text-dense text-fg-2">
          {open === 0 ? t("interfaces.translations.complete") : t("interfaces.translations.open", { count: open })}
        </span>
        {all.length > 1 && (
          <IconButton
            label={t(split ? "interfaces.translations.single" : "interfaces.translations.split")}
            onPress={() => setSplit(!split)}
            className="@max-lg:hidden"
          >
            {split ? <Square size={16} /> : <Columns2 size={16} />}
          </IconButton>
        )}
      </div>
      <div
        className={
          split && second
            ? "grid grid-cols-1 @lg:grid-cols-2 @lg:divide-x @lg:divide-line rtl:@lg:divide-x-reverse"
            : ""
        }
      >
        {first && side(first, 0)}
        {split && second && side(second, 1)}
      </div>
    </div>
  );
}

function useLanguages(link: Through, options: Options) {
  const shape = useShape(link.related);
  const { languageField, languageDirectionField } = options;
  return useQuery({
    queryKey: ["items", link.related, "languages", languageField, languageDirectionField],
    queryFn: async ({ signal }): Promise<Language[]> => {
      const key = shape?.primaryKey ?? "code";
      const fields = [key, languageField, languageDirectionField].filter(Boolean).join(",");
      const found = await get<Item[]>(itemsPath(link.related), { fields, sort: key, limit: 200 }, signal);
      return found.map((item) => {
        const code = String(item[key]);
        const told = languageDirectionField ? item[languageDirectionField] : null;
        return {
          code,
          name: String((languageField && item[languageField]) || languageName(code)),
          dir: told === "rtl" || told === "ltr" ? told : direction(code),
        };
      });
    },
    enabled: shape !== undefined,
    staleTime: 60_000,
  });
}

function languageName(code: string): string {
  try {
    return new Intl.DisplayNames([locale()], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

interface SideProps {
  graph: Graph;
  field: Field;
  link: Through;
  primaryKey: string;
  language: Language;
  languages: Language[];
  row: Row | undefined;
  base: Item | null;
  hidden: ReadonlySet<string>;
  missing: (code: string) => number;
  fixed: boolean;
  /** The language to copy from. */
  other: { language: Language; values: Item | null; own: Field[] } | null;
  valuesOf: (code: string) => Item | null;
  onLanguage: (code: string) => void;
}

function Side({
  graph,
  field,
  link,
  primaryKey,
  language,
  languages,
  row,
  base,
  hidden,
  missing,
  fixed,
  other,
  valuesOf,
  onLanguage,
}: SideProps) {
  const { journal, node } = graph;
  const prepared = useRef<NodeId | null>(null);
  const nodeOfRow = (): NodeId => {
    if (row?.node && journal.has(row.node)) return row.node;
    if (row?.key !== null && row?.key !== undefined) {
      return journal.openRow(node, field.field, link.rows, row.key as Key, primaryKey, base ?? {});
    }
    if (!prepared.current || !journal.has(prepared.current)) {
      prepared.current = journal.prepare(node, field.field, link.rows, primaryKey, { [link.forward]: language.code });
    }
    return prepared.current;
  };
  const own = nodeOfRow();
  const values = useRef(valuesOf);
  values.current = valuesOf;
  const sources = useCallback(
    (): Source[] =>
      languages
        .filter((one) => one.code !== language.code)
        .map((one) => ({ name: one.name, valueOf: (name) => values.current(one.code)?.[name] })),
    [languages, language.code],
  );
  const copyable =
    other?.own.filter((one) => isFilled(other.values?.[one.field]) && !isFilled(base?.[one.field])) ?? [];
  return (
    <section aria-label={language.name} className="min-w-0 p-3">
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <Select
          aria-label={t("interfaces.translations.language")}
          className="w-44"
          value={language.code}
          onChange={onLanguage}
          choices={languages.map((one) => ({
            id: one.code,
            text: one.name,
            note:
              missing(one.code) > 0 ? t("interfaces.translations.missing", { count: missing(one.code) }) : undefined,
          }))}
        />
        {!fixed && copyable.length > 0 && (
          <Button
            look="quiet"
            icon={<ArrowRightLeft size={16} />}
            onPress={() => {
              for (const one of copyable) journal.set(own, one.field, other?.values?.[one.field]);
            }}
          >
            {t("interfaces.translations.copy", { name: other?.language.name ?? "" })}
          </Button>
        )}
      </div>
      <div dir={language.dir} lang={language.code}>
        <NodeForm
          key={own}
          journal={journal}
          node={own}
          depth={graph.depth}
          hide={hidden}
          readonly={fixed}
          sources={sources}
        />
      </div>
    </section>
  );
}
