/** A filter with its groups, edited by hand or as JSON. */
import { Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Field, Filter } from "~/api/types";
import { t } from "~/i18n/i18n";
import { Button, IconButton } from "~/kit/Button";
import { Select } from "~/kit/fields";
import { cx } from "~/kit/style";
import { AddField } from "./AddField";
import { ObjectText } from "./ObjectText";
import { RuleEditor } from "./RuleEditor";
import { ruleFor } from "./rules";
import {
  type Group,
  group,
  isFinished,
  type Node,
  parseFilter,
  replaceNode,
  sameFilter,
  serializeFilter,
} from "./tree";

export interface FilterBuilderProps {
  collection: string;
  /** The collection's fields, where they are not saved yet. */
  fields?: readonly Field[];
  value: Filter | null;
  onChange: (value: Filter | null) => void;
  /** Whether values that move with the person (`$CURRENT_USER`) may be chosen. */
  dynamic?: boolean;
  /** Told whether something is not in the filter yet: a rule that says nothing, or JSON that is none. */
  onUnfinished?: (unfinished: boolean) => void;
}

export function FilterBuilder(props: FilterBuilderProps) {
  const { collection, fields, value, onChange, dynamic = true, onUnfinished } = props;
  const [root, setRoot] = useState(() => parseFilter(value));
  const [code, setCode] = useState(false);
  const [wrong, setWrong] = useState(false);
  const unfinished = wrong || !isFinished(root);
  // biome-ignore lint/correctness/useExhaustiveDependencies: told when it changes, whoever listens
  useEffect(() => onUnfinished?.(unfinished), [unfinished]);
  const sent = useRef(value);
  if (!sameFilter(sent.current, value)) {
    // somebody else changed it; what we said ourselves keeps its unfinished rules
    sent.current = value;
    setRoot(parseFilter(value));
  }
  const change = (next: Group) => {
    setRoot(next);
    const filter = serializeFilter(next);
    if (sameFilter(filter, sent.current)) return;
    sent.current = filter;
    onChange(filter);
  };
  return (
    <div className="flex flex-col gap-3">
      {code ? (
        <ObjectText
          label={t("filter.code")}
          note={t("filter.code.note")}
          value={serializeFilter(root)}
          onChange={(filter) => {
            setWrong(filter === undefined);
            if (filter !== undefined) change(parseFilter(filter));
          }}
        />
      ) : (
        <GroupEditor
          collection={collection}
          fields={fields}
          node={root}
          dynamic={dynamic}
          onChange={(next) => change(next ?? group("and", []))}
          onNode={(id, node) => change(replaceNode(root, id, node))}
          before={[]}
          depth={0}
        />
      )}
      <div>
        <Button
          look="quiet"
          onPress={() => {
            setCode(!code);
            setWrong(false);
          }}
          className="-ms-3 text-fg-2"
        >
          {t(code ? "filter.face.builder" : "filter.face.code")}
        </Button>
      </div>
    </div>
  );
}

interface GroupEditorProps {
  collection: string;
  fields?: readonly Field[];
  node: Group;
  dynamic: boolean;
  before: string[];
  depth: number;
  onChange: (node: Group | null) => void;
  onNode: (id: string, node: Node | null) => void;
}

function GroupEditor({ node, onChange, onNode, depth, ...shared }: GroupEditorProps) {
  const before = [...shared.before, ...node.path];
  const append = (child: Node) => onChange({ ...node, children: [...node.children, child] });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset can't be laid out as a flex box everywhere
    <div
      role="group"
      aria-label={t(node.op === "and" ? "filter.group.all" : "filter.group.any")}
      className={cx("flex flex-col gap-2", depth > 0 && "rounded-card border border-line bg-sunken/50 p-3")}
    >
      {(node.children.length > 1 || depth > 0) && (
        <div className="flex items-center gap-2">
          <Select
            aria-label={t("filter.group")}
            choices={[
              { id: "and", text: t("filter.group.all") },
              { id: "or", text: t("filter.group.any") },
            ]}
            value={node.op}
            onChange={(op) => onChange({ ...node, op: op as "and" | "or" })}
            className="w-52"
          />
          {depth > 0 && (
            <IconButton label={t("filter.group.remove")} onPress={() => onChange(null)} className="ms-auto">
              <Trash2 size={16} />
            </IconButton>
          )}
        </div>
      )}
      {node.children.map((child) =>
        child.kind === "group" ? (
          <GroupEditor
            key={child.id}
            {...shared}
            before={before}
            node={child}
            depth={depth + 1}
            onChange={(next) => onNode(child.id, next)}
            onNode={onNode}
          />
        ) : (
          <div key={child.id} className="flex items-start gap-2">
            <RuleEditor {...shared} before={before} node={child} onChange={(next) => onNode(child.id, next)} />
            <IconButton label={t("filter.rule.remove")} onPress={() => onNode(child.id, null)}>
              <Trash2 size={16} />
            </IconButton>
          </div>
        ),
      )}
      <div className="flex flex-wrap gap-2">
        <AddField
          text={t(node.children.length ? "filter.rule.add" : "filter.rule.first")}
          label={t("filter.field.choose")}
          collection={shared.collection}
          fields={shared.fields}
          quantified={before.length === 0}
          onPick={(picked) => append(ruleFor(picked))}
        />
        {depth < 4 && node.children.length > 0 && (
          <Button look="quiet" onPress={() => append(group(node.op === "and" ? "or" : "and", []))}>
            {t("filter.group.add")}
          </Button>
        )}
      </div>
    </div>
  );
}
