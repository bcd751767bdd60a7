/** What `list-o2m`, `list-m2m`, `list-m2a` and `files` have in common: from a field to its rows. */
import { useRelations } from "~/api/queries";
import type { Filter } from "~/api/types";
import type { InterfaceProps } from "~/extensions/contract";
import { useGraph } from "~/form/context";
import { t } from "~/i18n/words/item";
import { Notice } from "~/kit/bits";
import { ManyList, type ManyListProps } from "./ManyList";
import { isMany, relationsOf } from "./schema";

export interface ManyOptions {
  template?: string | null;
  filter?: Filter | null;
  enableCreate?: boolean;
  enableSelect?: boolean;
}

export default function ManyInterface({
  field,
  options,
  labelId,
  disabled,
  readonly,
  ...more
}: InterfaceProps<unknown, ManyOptions> & Pick<ManyListProps, "actions" | "before">) {
  const graph = useGraph();
  const link = relationsOf(field, useRelations());
  if (!graph) return <p className="text-dense text-fg-3">{t("relations.not_here")}</p>;
  if (!isMany(link)) return <Notice tone="warning">{t("relations.broken")}</Notice>;
  return (
    <ManyList
      graph={graph}
      field={field.field}
      link={link}
      labelId={labelId}
      template={withoutPrefix(options.template, link.forward)}
      filter={options.filter}
      fixed={disabled || readonly}
      canCreate={options.enableCreate !== false}
      canSelect={options.enableSelect !== false}
      actions={more.actions}
      before={more.before}
    />
  );
}

/** Templates of junctions begin at the junction (`{{tags_id.name}}`); people see the related item. */
function withoutPrefix(template: string | null | undefined, forward: string | null): string | null {
  if (!template || forward === null) return template ?? null;
  if (!template.includes(`${forward}.`)) return null;
  return template.replaceAll(`${forward}.`, "");
}
