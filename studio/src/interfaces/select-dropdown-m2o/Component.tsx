/** A link to one item: searched for on the server, opened, made anew, or taken away. */
import { useQuery } from "@tanstack/react-query";
import { ExternalLink, List, Pencil, Plus, X } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { singularName } from "~/api/names";
import { useCollection, useMay, useRelations } from "~/api/queries";
import type { Filter, Key } from "~/api/types";
import { displayText } from "~/displays/template";
import type { InterfaceProps } from "~/extensions/contract";
import { useGraph } from "~/form/context";
import { isRef, keyOf, type NodeId } from "~/form/journal";
import { RawEditor } from "~/form/RawEditor";
import { t } from "~/i18n/words/item";
import { IconButton } from "~/kit/Button";
import type { Choice } from "~/kit/fields";
import { ItemPicker } from "~/relations/ItemPicker";
import { searchQuery, useShape } from "~/relations/items";
import { DEEPEST, LinkedDrawer } from "~/relations/LinkedDrawer";
import { LinkedText, useLinkedText } from "~/relations/LinkedText";
import { firstValues } from "~/relations/ManyList";
import { itemPage } from "~/relations/paths";
import { SearchSelect } from "~/relations/SearchSelect";
import { relationsOf } from "~/relations/schema";

interface Options {
  template?: string | null;
  filter?: Filter | null;
  enableCreate?: boolean;
  enableSelect?: boolean;
}

const CREATE = "$create";

export default function ManyToOneInterface(props: InterfaceProps<unknown, Options>) {
  const link = relationsOf(props.field, useRelations());
  if (link?.kind !== "m2o" && link?.kind !== "file") return <RawEditor {...props} />;
  return <ToOne {...props} related={link.related} />;
}

function ToOne({ related, ...props }: InterfaceProps<unknown, Options> & { related: string }) {
  const { value, field, options, onChange, disabled, readonly, mode, onCommit, onCancel } = props;
  const graph = useGraph();
  const about = useCollection(related);
  const mayRead = useMay(related, "read").access !== "none";
  const mayCreate = useMay(related, "create").access !== "none" && options.enableCreate !== false;
  const shape = useShape(mayRead || mayCreate ? related : null, options.template);
  const [typed, setTyped] = useState<string | null>(mode === "cell" ? "" : null);
  const [picking, setPicking] = useState(false);
  const [open, setOpen] = useState<{ node: NodeId; fresh: boolean } | null>(null);
  const key = keyOf(value, shape?.primaryKey ?? "id");
  const target: Key | NodeId | null = isRef(value) ? value.$node : key;
  const text = useLinkedText(graph?.journal ?? null, related, target, options.template);
  const search = useDeferredValue(typed ?? "");
  const found = useQuery({
    ...searchQuery(
      related,
      shape ?? { primaryKey: "id", template: "", fields: [] },
      search.trim(),
      options.filter ?? null,
    ),
    enabled: shape !== undefined && typed !== null && mayRead,
  });
  const name = about ? singularName(about) : related;
  const fixed = disabled || readonly;
  const choices: Choice[] = (found.data ?? []).map((item) => {
    const id = String(item[shape?.primaryKey ?? "id"]);
    return { id, text: (shape && displayText(shape.template, item)) || id };
  });
  const canCreate = mayCreate && graph !== null && mode === "edit";
  if (canCreate && typed?.trim())
    choices.push({ id: CREATE, text: t("relations.create_named", { text: typed.trim() }), icon: <Plus size={16} /> });

  const create = async (first: string) => {
    if (!graph) return;
    const node = graph.journal.createOne(
      graph.node,
      field.field,
      related,
      shape?.primaryKey ?? "id",
      first ? await firstValues(related, first) : {},
    );
    setOpen({ node, fresh: true });
  };
  const choose = (id: string) => {
    setTyped(null);
    if (id === CREATE) return void create(typed?.trim() ?? "");
    const item = found.data?.find((one) => String(one[shape?.primaryKey ?? "id"]) === id);
    onChange((item?.[shape?.primaryKey ?? "id"] as Key | undefined) ?? id);
    if (mode === "cell") onCommit?.();
  };
  const edit = () => {
    if (!graph) return;
    const node = isRef(value)
      ? value.$node
      : graph.journal.openOne(graph.node, field.field, related, key as Key, shape?.primaryKey ?? "id");
    setOpen({ node, fresh: false });
  };
  const deep = graph !== null && graph.depth >= DEEPEST;
  return (
    <>
      <div className="flex items-center gap-1">
        <SearchSelect
          id={`${props.labelId}-choice`}
          labelId={props.labelId}
          describedBy={props.describedBy}
          disabled={fixed || !mayRead}
          invalid={props.invalid}
          autoFocus={props.autoFocus}
          name={t("relations.search", { name })}
          placeholder={t("relations.choose", { name })}
          chosen={
            target === null ? null : (
              <LinkedText
                journal={graph?.journal ?? null}
                collection={related}
                target={target}
                template={options.template}
              />
            )
          }
          choices={choices}
          pending={found.isFetching}
          isOpen={typed !== null}
          onOpen={(isOpen) => {
            setTyped(isOpen ? "" : null);
            if (!isOpen && mode === "cell") onCancel?.();
          }}
          search={typed ?? ""}
          onSearch={setTyped}
          onChoose={choose}
        />
        {mode === "edit" && target !== null && (mayRead || isRef(value)) && graph && !deep && (
          <IconButton label={t("relations.edit", { name: text ?? name })} onPress={edit}>
            <Pencil size={16} />
          </IconButton>
        )}
        {mode === "edit" && key !== null && mayRead && (deep || !graph) && (
          <IconButton
            label={t("relations.open_page")}
            onPress={() => window.open(`.${itemPage(related, key)}`, "_blank", "noopener")}
          >
            <ExternalLink size={16} />
          </IconButton>
        )}
        {mode === "edit" && !fixed && target === null && canCreate && (
          <IconButton label={t("relations.create", { name })} onPress={() => void create("")}>
            <Plus size={16} />
          </IconButton>
        )}
        {mode === "edit" && !fixed && (
          <IconButton label={t("relations.browse", { name })} onPress={() => setPicking(true)}>
            <List size={16} />
          </IconButton>
        )}
        {!fixed && target !== null && (
          <IconButton label={t("relations.remove")} onPress={() => onChange(null)}>
            <X size={16} />
          </IconButton>
        )}
      </div>
      {picking && (
        <ItemPicker
          collection={related}
          filter={options.filter ?? null}
          template={options.template}
          selected={key === null ? [] : [key]}
          onPick={([picked]) => picked !== undefined && onChange(picked)}
          onCreate={canCreate ? (first) => void create(first) : undefined}
          onClose={() => setPicking(false)}
        />
      )}
      {open && graph && (
        <LinkedDrawer
          journal={graph.journal}
          node={open.node}
          depth={graph.depth + 1}
          readonly={fixed}
          onClose={() => setOpen(null)}
          onCancel={open.fresh ? () => graph.journal.undo(graph.node, field.field) : undefined}
        />
      )}
    </>
  );
}
