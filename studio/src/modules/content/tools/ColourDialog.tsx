/** The rules by which a view marks rows and cells. */
import { ArrowDown, ArrowUp, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { fieldName } from "~/api/names";
import type { Field, Filter } from "~/api/types";
import { FilterBuilder } from "~/filter/FilterBuilder";
import { GROUNDS, INKS, SIGNS, TONES, type Tone } from "~/grid/tint";
import { t } from "~/i18n/words/list";
import { Button, IconButton } from "~/kit/Button";
import { Dialog, DialogActions } from "~/kit/Dialog";
import { Select, TextField } from "~/kit/fields";
import { cx } from "~/kit/style";
import type { ColourRule } from "../colours";

const ROW = "-";
const MOST = 20;

interface ColourDialogProps {
  collection: string;
  fields: readonly Field[];
  rules: readonly ColourRule[];
  onChange: (rules: ColourRule[]) => void;
  onClose: () => void;
}

export default function ColourDialog({ collection, fields, rules, onChange, onClose }: ColourDialogProps) {
  // lists of related items are not read whole: no rule can speak of them
  const judged = fields.filter((field) => field.type !== "alias");
  const [drafts, setDrafts] = useState(() => rules.map((rule, id) => ({ id, rule })));
  const [tried, setTried] = useState(false);
  const change = (id: number, part: Partial<ColourRule>) =>
    setDrafts(drafts.map((one) => (one.id === id ? { id, rule: { ...one.rule, ...part } } : one)));
  const move = (at: number, step: number) => {
    const next = [...drafts];
    const [moved] = next.splice(at, 1);
    if (moved) next.splice(at + step, 0, moved);
    setDrafts(next);
  };
  const add = () => {
    const id = Math.max(-1, ...drafts.map((one) => one.id)) + 1;
    setDrafts([...drafts, { id, rule: { name: "", filter: null, tone: "warning", column: null } }]);
  };
  const done = drafts.filter(({ rule }) => rule.filter !== null);
  return (
    <Dialog
      isOpen
      size="large"
      title={t("content.colours.open")}
      onClose={onClose}
      footer={
        <DialogActions
          onCancel={onClose}
          onPress={() => {
            setTried(true);
            if (done.length !== drafts.length) return;
            onChange(
              done.map(({ rule }, at) => ({
                ...rule,
                name: rule.name.trim() || t("content.colours.rule", { number: at + 1 }),
              })),
            );
            onClose();
          }}
        >
          {t("content.colours.apply")}
        </DialogActions>
      }
    >
      <div className="flex flex-col gap-4 pb-2">
        <p className="text-fg-2">{t("content.colours.text")}</p>
        {drafts.map(({ id, rule }, at) => {
          const title = rule.name.trim() || t("content.colours.rule", { number: at + 1 });
          return (
            <section key={id} aria-label={title} className="flex flex-col gap-3 rounded-card border border-line p-3">
              <div className="flex flex-wrap items-end gap-3">
                <span
                  aria-hidden
                  className={cx(
                    "flex size-8 items-center justify-center rounded-control border border-line",
                    GROUNDS[rule.tone],
                    INKS[rule.tone],
                  )}
                >
                  {SIGNS[rule.tone]}
                </span>
                <div className="min-w-40 flex-1">
                  <TextField
                    label={t("content.colours.name")}
                    value={rule.name}
                    onChange={(name) => change(id, { name })}
                  />
                </div>
                <div className="w-36">
                  <Select
                    label={t("content.colours.tone")}
                    choices={TONES.map((tone) => ({ id: tone, text: t(`content.colours.tone.${tone}`) }))}
                    value={rule.tone}
                    onChange={(tone) => change(id, { tone: tone as Tone })}
                  />
                </div>
                <div className="w-44">
                  <Select
                    label={t("content.colours.where")}
                    choices={[
                      { id: ROW, text: t("content.colours.row") },
                      ...fields.map((field) => ({ id: field.field, text: fieldName(field) })),
                    ]}
                    value={rule.column ?? ROW}
                    onChange={(column) => change(id, { column: column === ROW ? null : column })}
                  />
                </div>
                <div className="flex">
                  <IconButton
                    label={t("content.colours.up", { name: title })}
                    isDisabled={at === 0}
                    onPress={() => move(at, -1)}
                  >
                    <ArrowUp size={16} />
                  </IconButton>
                  <IconButton
                    label={t("content.colours.down", { name: title })}
                    isDisabled={at === drafts.length - 1}
                    onPress={() => move(at, 1)}
                  >
                    <ArrowDown size={16} />
                  </IconButton>
                  <IconButton
                    label={t("content.colours.remove", { name: title })}
                    onPress={() => setDrafts(drafts.filter((one) => one.id !== id))}
                  >
                    <Trash2 size={16} />
                  </IconButton>
                </div>
              </div>
              {tried && rule.filter === null && (
                <p role="alert" className="text-dense text-danger-fg">
                  {t("content.colours.no_condition")}
                </p>
              )}
              <FilterBuilder
                collection={collection}
                fields={judged}
                value={rule.filter}
                onChange={(filter: Filter | null) => change(id, { filter })}
              />
            </section>
          );
        })}
        {drafts.length < MOST && (
          <Button className="self-start" icon={<Plus size={16} aria-hidden />} onPress={add}>
            {t("content.colours.add")}
          </Button>
        )}
      </div>
    </Dialog>
  );
}
