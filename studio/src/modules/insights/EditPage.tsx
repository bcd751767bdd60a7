/** One dashboard while it is changed: nothing is written before "Save". */
import { useBlocker, useNavigate } from "@tanstack/react-router";
import { ChartNoAxesCombined, Redo2, Undo2 } from "lucide-react";
import { useRef, useState } from "react";
import { queryClient } from "~/api/queries";
import { optionDefaults } from "~/form/options";
import { t } from "~/i18n/words/insights";
import { Button, IconButton } from "~/kit/Button";
import { PageHeader } from "~/kit/bits";
import { ask } from "~/kit/Dialog";
import { Empty, NoPermission } from "~/kit/states";
import { toast, toastError } from "~/kit/Toast";
import { panels as kinds } from "~/panels/all";
import { keyText, useShortcut } from "~/shell/keys";
import { Board } from "./Board";
import { usePanelRights, WithDashboard } from "./DashboardPage";
import { changesOf, type Dashboard, isEmpty, newId, type Panel, panelsQuery, savePanels } from "./data";
import { freePlace } from "./layout";
import { PanelDrawer } from "./PanelDrawer";
import { PanelPalette } from "./PanelPalette";
import { useHistory } from "./useHistory";
import { useVariables } from "./useVariables";

export function EditPage() {
  const rights = usePanelRights();
  if (!rights.any) return <NoPermission what={t("insights.panels")} action={t("insights.action.update")} />;
  return (
    <WithDashboard>
      {(dashboard, panels) => <Edited key={dashboard.id} dashboard={dashboard} stored={panels} rights={rights} />}
    </WithDashboard>
  );
}

function Edited({
  dashboard,
  stored,
  rights,
}: {
  dashboard: Dashboard;
  stored: Panel[];
  rights: ReturnType<typeof usePanelRights>;
}) {
  const navigate = useNavigate();
  // what somebody else saves meanwhile does not change what is being changed here
  const [before] = useState(stored);
  const draft = useHistory(before);
  const panels = draft.now;
  const { values, set } = useVariables(panels);
  const [opened, setOpened] = useState<Panel | null>(null);
  const [pending, setPending] = useState(false);
  const leaving = useRef(false);
  const changes = changesOf(before, panels);
  const dirty = !isEmpty(changes);
  const leave = () => navigate({ to: "/insights/$id", params: { id: dashboard.id }, search: (all) => all });

  async function write(): Promise<boolean> {
    setPending(true);
    try {
      await savePanels(dashboard.id, changes);
      await queryClient.invalidateQueries({ queryKey: panelsQuery(dashboard.id).queryKey });
      leaving.current = true;
      toast({ kind: "success", text: t("insights.saved") });
      return true;
    } catch (error) {
      toastError(error);
      return false;
    } finally {
      setPending(false);
    }
  }
  const save = async () => {
    if (!dirty || (await write())) await leave();
  };
  useBlocker({
    disabled: !dirty,
    enableBeforeUnload: () => dirty && !leaving.current,
    shouldBlockFn: async ({ current, next }) => {
      if (leaving.current || current.pathname === next.pathname) return false;
      const answer = await ask({
        title: t("insights.leave"),
        text: t("insights.leave.text"),
        action: t("insights.save"),
        other: { text: t("insights.discard"), value: "discard" },
      });
      if (answer === "yes") return !(await write());
      return answer !== "discard";
    },
  });
  const group = t("insights.title");
  useShortcut("mod+s", () => void save(), { text: t("insights.save"), group });
  useShortcut("mod+z", draft.undo, { text: t("insights.undo"), group, enabled: draft.canUndo });
  useShortcut("mod+shift+z", draft.redo, { text: t("insights.redo"), group, enabled: draft.canRedo });

  const add = (panel: Omit<Panel, "id" | "position_x" | "position_y">) => {
    const added = { ...panel, id: newId(), ...freePlace(panels, panel.width, panel.height) };
    draft.set((now) => [...now, added]);
    return added;
  };
  const pick = (type: string) => {
    const kind = kinds.get(type);
    if (!kind) return;
    const width = Math.max(12, kind.minWidth);
    const height = Math.max(kind.queries && kind.minHeight > 4 ? 10 : 5, kind.minHeight);
    setOpened(
      add({
        type,
        name: null,
        icon: null,
        color: null,
        note: null,
        show_header: type !== "label",
        width,
        height: type === "label" ? Math.max(2, kind.minHeight) : height,
        options: optionDefaults(kind.options),
      }),
    );
  };
  const palette = rights.mayCreate && <PanelPalette onPick={pick} />;

  return (
    <>
      <PageHeader title={dashboard.name} note={t("insights.editing")}>
        <IconButton
          label={t("insights.undo")}
          shortcut={keyText("mod+z")}
          isDisabled={!draft.canUndo}
          onPress={draft.undo}
        >
          <Undo2 size={16} />
        </IconButton>
        <IconButton
          label={t("insights.redo")}
          shortcut={keyText("mod+shift+z")}
          isDisabled={!draft.canRedo}
          onPress={draft.redo}
        >
          <Redo2 size={16} />
        </IconButton>
        {panels.length > 0 && palette}
        <Button
          onPress={() => {
            if (!dirty) leaving.current = true;
            void leave();
          }}
        >
          {t("app.cancel")}
        </Button>
        <Button look="primary" isPending={pending} isDisabled={!dirty} onPress={() => void save()}>
          {t("insights.save")}
        </Button>
      </PageHeader>
      <div className="relative min-h-0 flex-1 overflow-auto p-3 pb-24 max-sm:p-2">
        {panels.length ? (
          <Board
            panels={panels}
            variables={values}
            onVariable={set}
            edit={{
              ...rights,
              onPlaced: (placed) => draft.set(() => placed),
              onOptions: setOpened,
              onCopy: ({ id: _, ...panel }) => add(panel),
              onDelete: ({ id }) => draft.set((now) => now.filter((one) => one.id !== id)),
            }}
          />
        ) : (
          <Empty icon={<ChartNoAxesCombined size={20} />} title={t("insights.empty")} actions={palette}>
            {t("insights.empty.pick")}
          </Empty>
        )}
      </div>
      {opened && (
        <PanelDrawer
          panel={opened}
          variables={values}
          onClose={() => setOpened(null)}
          onDone={(changed) => {
            draft.set((now) => now.map((one) => (one.id === opened.id ? { ...one, ...changed } : one)));
            setOpened(null);
          }}
        />
      )}
    </>
  );
}
