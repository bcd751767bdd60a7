/** Views of a collection as tabs: everything, and what was saved. */
import { Globe, MoreHorizontal, Plus, Users } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useMe } from "~/api/queries";
import { t } from "~/i18n/i18n";
import { Button, IconButton } from "~/kit/Button";
import { confirm } from "~/kit/Dialog";
import { Menu } from "~/kit/Menu";
import { cx } from "~/kit/style";
import { toast, toastError } from "~/kit/Toast";
import { deletePreset, presetOf, savePreset } from "./presets";
import { AS_SAVED, type List } from "./useList";

const ViewDialog = lazy(() => import("./ViewDialog"));

export function ViewTabs({ collection, list }: { collection: string; list: List }) {
  const me = useMe();
  const [dialog, setDialog] = useState<"new" | "rename" | null>(null);
  const { preset, presets, view, changed, go, reset } = list;
  const views = presets.filter((one) => one.bookmark);
  const mine = preset && (preset.user === me.id || me.admin_access);
  const content = () => ({ ...presetOf(view, preset), search: view.search, filter: view.filter });
  const run = (work: Promise<unknown>, text: string) =>
    work.then(() => toast({ kind: "success", text })).catch((error) => toastError(error));
  const save = () =>
    preset &&
    run(
      savePreset(content(), preset.id).then(() => go(AS_SAVED, true)),
      t("content.view.saved"),
    );
  const tab =
    "flex min-h-9 pointer-coarse:min-h-11 pointer-coarse:min-w-11 shrink-0 justify-center items-center gap-1.5 border-b-2 px-3 text-dense font-medium outline-offset-[-2px]";
  const marks = (selected: boolean) =>
    selected ? "border-accent text-fg" : "border-transparent text-fg-2 hover:text-fg";
  return (
    <div className="flex min-w-0 items-center border-b border-line px-4 max-sm:px-2">
      <nav aria-label={t("content.views")} className="flex min-w-0 overflow-x-auto">
        <button
          type="button"
          aria-current={preset ? undefined : "page"}
          onClick={() => go({ ...AS_SAVED, view: undefined, archived: undefined })}
          className={cx(tab, marks(!preset))}
        >
          {t("content.view.all")}
        </button>
        {views.map((one) => (
          <button
            key={one.id}
            type="button"
            aria-current={one.id === preset?.id ? "page" : undefined}
            onClick={() => go({ ...AS_SAVED, view: one.id })}
            className={cx(tab, marks(one.id === preset?.id))}
          >
            {!one.user && (one.role ? <Users size={14} aria-hidden /> : <Globe size={14} aria-hidden />)}
            {one.bookmark}
            {!one.user && (
              <span className="sr-only">{t(one.role ? "content.view.role" : "content.view.everyone")}</span>
            )}
          </button>
        ))}
      </nav>
      <IconButton label={t("content.view.new")} onPress={() => setDialog("new")}>
        <Plus size={16} />
      </IconButton>
      <div className="ms-auto flex shrink-0 items-center gap-1">
        {changed && (
          <>
            {mine && (
              <Button look="quiet" className="text-accent" onPress={save}>
                {t("content.view.save")}
              </Button>
            )}
            <Button look="quiet" onPress={() => setDialog("new")}>
              {t("content.view.save_as")}
            </Button>
            <Button look="quiet" onPress={reset}>
              {t("content.view.reset")}
            </Button>
          </>
        )}
        {preset && mine && (
          <Menu
            label={t("content.view.menu", { name: preset.bookmark ?? "" })}
            commands={[
              [{ id: "rename", text: t("content.view.rename"), onAction: () => setDialog("rename") }],
              [
                {
                  id: "delete",
                  text: t("content.view.delete"),
                  danger: true,
                  onAction: async () => {
                    const sure = await confirm({
                      title: t("content.view.delete.title", { name: preset.bookmark ?? "" }),
                      text: t("content.view.delete.text"),
                      action: t("content.view.delete"),
                      danger: true,
                    });
                    if (!sure) return;
                    go({ ...AS_SAVED, view: undefined });
                    await run(deletePreset(preset.id), t("content.view.deleted"));
                  },
                },
              ],
            ]}
          >
            <IconButton label={t("content.view.menu", { name: preset.bookmark ?? "" })}>
              <MoreHorizontal size={16} />
            </IconButton>
          </Menu>
        )}
      </div>
      <Suspense fallback={null}>
        {dialog && (
          <ViewDialog
            title={t(dialog === "new" ? "content.view.new" : "content.view.rename")}
            name={dialog === "rename" ? (preset?.bookmark ?? "") : ""}
            reach={dialog === "rename" && preset ? (preset.user ? "me" : preset.role ? "role" : "everyone") : "me"}
            role={dialog === "rename" ? (preset?.role ?? null) : null}
            onClose={() => setDialog(null)}
            onSave={async (name, reach, role) => {
              const who = {
                bookmark: name,
                user: reach === "me" ? me.id : null,
                role,
              };
              if (dialog === "rename" && preset) {
                await savePreset(who, preset.id);
              } else {
                const made = await savePreset({ collection, ...content(), ...who });
                go({ ...AS_SAVED, view: made.id });
              }
              setDialog(null);
            }}
          />
        )}
      </Suspense>
    </div>
  );
}
