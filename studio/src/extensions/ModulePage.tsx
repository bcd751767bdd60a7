/** The page of an extension's module: its element fills the page. */
import { useBlocker, useNavigate, useParams, useRouterState } from "@tanstack/react-router";
import { useState } from "react";
import { allowed, useMe, usePermissions } from "~/api/queries";
import { t } from "~/i18n/i18n";
import { confirm } from "~/kit/Dialog";
import { NoPermission } from "~/kit/states";
import { useTitle } from "~/kit/title";
import { NotFound } from "~/shell/NotFound";
import { type ModuleContribution, modulePath, modules } from "./contributions";
import { Hosted } from "./host";
import { useAll } from "./kind";
import { textOf } from "./texts";
import { isVisible } from "./visible";

export function ModulePage() {
  const { extension, _splat = "" } = useParams({ strict: false }) as { extension: string; _splat?: string };
  const me = useMe();
  const permissions = usePermissions();
  const [step = ""] = _splat.split("/");
  const found = useAll(modules).find((one) => one.extension.name === extension && one.path === step);
  if (!found) return <NotFound />;
  const may = isVisible(
    found.visible,
    me.admin_access,
    (name) => allowed(permissions, false, name, "read").access !== "none",
  );
  if (!may) return <NoPermission what={textOf(found.name)} />;
  return <Shown key={found.id} module={found} path={_splat.slice(step.length) || "/"} />;
}

function Shown({ module, path }: { module: ModuleContribution; path: string }) {
  const navigate = useNavigate();
  const me = useMe();
  const search = useRouterState({ select: (state) => state.location.search }) as Record<string, unknown>;
  const [title, setTitle] = useState<string | null>(null);
  const [dirty, setDirty] = useState(false);
  useTitle(title ?? textOf(module.name));
  useBlocker({
    disabled: !dirty,
    enableBeforeUnload: () => dirty,
    shouldBlockFn: async () =>
      !(await confirm({
        title: t("extensions.leave"),
        text: t("extensions.leave.text"),
        action: t("extensions.leave.action"),
        danger: true,
      })),
  });
  /** A path below the module's own, or one of the studio's. */
  const go = (to: string) => void navigate({ to: to.startsWith("/") ? to : `${modulePath(module)}/${to}` });
  return (
    <Hosted
      extension={module.extension}
      element={module.element}
      fill
      className="min-h-0 flex-1 overflow-auto"
      properties={{
        route: { path, search },
        navigate: go,
        user: { id: me.id, first_name: me.first_name, last_name: me.last_name },
      }}
      events={{
        "studio:title": (detail) => setTitle(String(detail.title ?? "")),
        "studio:dirty": (detail) => setDirty(Boolean(detail.dirty)),
        "studio:navigate": (detail) => go(String(detail.path ?? "")),
      }}
    />
  );
}
