/** Several files of the library, uploaded or chosen. */
import { url } from "~/api/address";
import { useRelations } from "~/api/queries";
import type { InterfaceProps } from "~/extensions/contract";
import { useGraph } from "~/form/context";
import { isNewNode } from "~/form/journal";
import { useShape } from "~/relations/items";
import ManyInterface, { type ManyOptions } from "~/relations/ManyInterface";
import { isMany, relationsOf } from "~/relations/schema";
import { UploadMenu } from "../UploadMenu";

export default function FilesInterface(
  props: InterfaceProps<unknown, ManyOptions & { folder?: string | null; allowedMimeTypes?: string[] | null }>,
) {
  const { field, options, labelId, disabled, readonly } = props;
  const graph = useGraph();
  const link = relationsOf(field, useRelations());
  const many = isMany(link) && link.forward !== null ? link : null;
  const rows = useShape(many?.rows ?? null);
  const add = (ids: string[]) => {
    if (!graph || !many?.forward) return;
    for (const id of ids) {
      graph.journal.create(graph.node, field.field, many.rows, rows?.primaryKey ?? "id", { [many.forward]: id });
    }
  };
  return (
    <ManyInterface
      {...props}
      options={{ ...options, enableCreate: false, enableSelect: false }}
      before={(row) =>
        row.target !== null && !isNewNode(row.target) ? (
          <img
            src={url(`/assets/${row.target}`, { key: "system-small-cover" })}
            alt=""
            loading="lazy"
            onError={(event) => {
              event.currentTarget.style.visibility = "hidden";
            }}
            className="size-8 shrink-0 rounded-[4px] object-cover"
          />
        ) : null
      }
      actions={
        <div className="w-full">
          <UploadMenu
            multiple
            labelId={labelId}
            disabled={disabled || readonly}
            folder={options.folder}
            accept={options.allowedMimeTypes ?? undefined}
            filter={options.filter}
            onFiles={add}
          />
        </div>
      }
    />
  );
}
