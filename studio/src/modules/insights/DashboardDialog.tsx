/** A dashboard's name and looks: of a new one, or changed. */
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { patch, post } from "~/api/client";
import { errorText } from "~/api/errors";
import type { Item } from "~/api/types";
import { Form } from "~/form/Form";
import { optionFields } from "~/form/options";
import { t } from "~/i18n/words/insights";
import { words } from "~/interfaces/words";
import { Dialog, DialogActions } from "~/kit/Dialog";
import { type Dashboard, dashboardsChanged } from "./data";

const FIELDS = [
  { field: "name", name: words("Name", "Name", "الاسم"), type: "string", interface: "input", options: { trim: true } },
  { field: "note", name: words("Note", "Notiz", "ملاحظة"), type: "string", interface: "input" },
  {
    field: "icon",
    name: words("Icon", "Symbol", "الأيقونة"),
    type: "string",
    interface: "select-icon",
    width: "half" as const,
  },
  {
    field: "color",
    name: words("Colour", "Farbe", "اللون"),
    type: "string",
    interface: "select-color",
    width: "half" as const,
  },
];

export function DashboardDialog({ dashboard, onClose }: { dashboard?: Dashboard; onClose: () => void }) {
  const navigate = useNavigate();
  const [values, setValues] = useState<Item>(() => {
    const { name = "", note = null, icon = "layout-dashboard", color = null } = dashboard ?? {};
    return { name, note, icon, color };
  });
  const [error, setError] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const [fields] = useState(() => optionFields(FIELDS));

  async function save() {
    if (!String(values.name ?? "").trim()) return setError(t("insights.name.empty"));
    setPending(true);
    try {
      if (dashboard) await patch(`/dashboards/${dashboard.id}`, values);
      const made = dashboard ?? (await post<Dashboard>("/dashboards", values, { fields: "id" }));
      await dashboardsChanged();
      onClose();
      if (!dashboard) await navigate({ to: "/insights/$id/edit", params: { id: made.id } });
    } catch (problem) {
      setError(errorText(problem));
    } finally {
      setPending(false);
    }
  }
  return (
    <Dialog
      isOpen
      size="small"
      title={t(dashboard ? "insights.rename" : "insights.new")}
      onClose={onClose}
      footer={
        <DialogActions onCancel={onClose} isPending={pending} onPress={() => void save()}>
          {t(dashboard ? "insights.rename.save" : "insights.create")}
        </DialogActions>
      }
    >
      <form
        className="pb-2"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Form
          fields={fields}
          mode="batch"
          autoFocus="name"
          values={values}
          errors={error ? { name: error } : undefined}
          onChange={(field, value) => {
            setError(null);
            setValues((before) => ({ ...before, [field]: value }));
          }}
        />
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}
