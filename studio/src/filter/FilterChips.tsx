/** A filter as chips in a row, each a sentence that can be changed where it stands. */
import { Plus, SlidersHorizontal, X } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import type { Field, Filter } from "~/api/types";
import { t } from "~/i18n/i18n";
import { Button, IconButton } from "~/kit/Button";
import { Dialog } from "~/kit/Dialog";
import { later, whenIdle } from "~/kit/later";
import { Popup } from "~/kit/Popup";
import { ruleFor } from "./rules";
import { Sentence } from "./Sentence";
import { type Group, group, type Node, parseFilter, replaceNode, sameFilter, serializeFilter } from "./tree";

// what edits is loaded when it is opened: the chips stand in every list
const FieldPicker = later(() => import("./FieldPicker").then((file) => file.FieldPicker));
const RuleEditor = later(() => import("./RuleEditor").then((file) => file.RuleEditor));
const FilterBuilder = lazy(() => import("./FilterBuilder").then((file) => ({ default: file.FilterBuilder })));

export interface FilterChipsProps {
  collection: string;
  fields?: readonly Field[];
  value: Filter | null;
  onChange: (value: Filter | null) => void;
  /** Opened from outside, by a key. */
  adding?: boolean;
  onAdding?: (open: boolean) => void;
}

export function FilterChips({ collection, fields, value, onChange, adding, onAdding }: FilterChipsProps) {
  const [root, setRoot] = useState(() => flat(parseFilter(value)));
  const [open, setOpen] = useState<string | null>(null);
  const [advanced, setAdvanced] = useState(false);
  const sent = useRef(value);
  const chips = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (sameFilter(sent.current, value)) return;
    sent.current = value;
    setRoot(flat(parseFilter(value)));
  }, [value]);
  useEffect(() => whenIdle(FieldPicker, RuleEditor), []);
  const change = (next: Group) => {
    setRoot(next);
    const filter = serializeFilter(next);
    if (sameFilter(filter, sent.current)) return;
    sent.current = filter;
    onChange(filter);
  };
  const removeNode = (node: Node) => {
    setOpen(null);
    change(replaceNode(root, node.id, null));
    // the button that was pressed is gone
    chips.current?.querySelector<HTMLElement>("[data-add]")?.focus();
  };
  return (
    <div ref={chips} className="flex min-w-0 flex-wrap items-center gap-1.5">
      {root.children.map((node) => (
        <span
          key={node.id}
          className="inline-flex max-w-full items-center rounded-full border border-line bg-surface text-dense"
        >
          {node.kind === "rule" ? (
            <Popup
              label={t("filter.rule.change")}
              isOpen={open === node.id}
              onOpenChange={(isOpen) => {
                setOpen(isOpen ? node.id : null);
                // a condition that was never finished goes with its popup
                if (!isOpen && node.value === undefined) change(replaceNode(root, node.id, null));
              }}
              className="w-80 p-3"
              trigger={
                <AriaButton className="min-h-7 pointer-coarse:min-h-11 min-w-0 truncate rounded-s-full ps-3 pe-1 text-start data-[hovered]:bg-hover">
                  <Sentence collection={collection} fields={fields} node={node} />
                </AriaButton>
              }
            >
              {(close) => (
                <div className="flex flex-col gap-3">
                  <Suspense fallback={<div className="h-32" />}>
                    <RuleEditor
                      collection={collection}
                      fields={fields}
                      node={node}
                      dynamic
                      stacked
                      onChange={(next) => change(replaceNode(root, node.id, next))}
                    />
                  </Suspense>
                  <div className="flex justify-end">
                    <Button look="primary" onPress={close}>
                      {t("filter.done")}
                    </Button>
                  </div>
                </div>
              )}
            </Popup>
          ) : (
            <AriaButton
              onPress={() => setAdvanced(true)}
              className="min-h-7 pointer-coarse:min-h-11 min-w-0 max-w-lg truncate rounded-s-full ps-3 pe-1 text-start data-[hovered]:bg-hover"
            >
              <Sentence collection={collection} fields={fields} node={node} />
            </AriaButton>
          )}
          <AriaButton
            aria-label={t("filter.rule.remove")}
            onPress={() => removeNode(node)}
            className="flex size-7 pointer-coarse:size-11 shrink-0 items-center justify-center rounded-full text-fg-2 data-[hovered]:bg-hover data-[hovered]:text-fg"
          >
            <X size={14} aria-hidden />
          </AriaButton>
        </span>
      ))}
      <Popup
        label={t("filter.field.choose")}
        isOpen={adding}
        onOpenChange={onAdding}
        trigger={
          <Button
            data-add
            look="quiet"
            icon={<Plus size={16} />}
            className="min-h-7 pointer-coarse:min-h-11 px-2 text-dense text-fg-2"
          >
            {t("filter.add")}
          </Button>
        }
      >
        {(close) => (
          <Suspense fallback={<div className="h-80 w-72" />}>
            <FieldPicker
              collection={collection}
              fields={fields}
              quantified
              onPick={(picked) => {
                const made = ruleFor(picked);
                close();
                change({ ...root, children: [...root.children, made] });
                setOpen(made.id);
              }}
            />
          </Suspense>
        )}
      </Popup>
      {root.children.length > 0 && (
        <IconButton
          label={t("filter.advanced")}
          onPress={() => setAdvanced(true)}
          className="min-h-7 pointer-coarse:min-h-11"
        >
          <SlidersHorizontal size={15} />
        </IconButton>
      )}
      <Dialog
        isOpen={advanced}
        onClose={() => setAdvanced(false)}
        title={t("filter.advanced")}
        size="large"
        footer={
          <Button look="primary" onPress={() => setAdvanced(false)}>
            {t("filter.done")}
          </Button>
        }
      >
        <Suspense fallback={null}>
          <FilterBuilder
            collection={collection}
            fields={fields}
            value={serializeFilter(root)}
            onChange={(filter) => change(flat(parseFilter(filter)))}
          />
        </Suspense>
      </Dialog>
    </div>
  );
}

/** Chips stand beside each other as "and"; an "or" at the top is one chip. */
function flat(root: Group): Group {
  return root.op === "or" && root.children.length > 1 ? group("and", [root]) : root;
}
