/** What the project is called and looks like, and who may register. */
import { useQuery } from "@tanstack/react-query";
import { LOCALE_NAMES } from "~/i18n/i18n";
import { LOCALES } from "~/i18n/parts";
import { t } from "~/i18n/words/admin";
import { NumberField, Select, Switch, TextField } from "~/kit/fields";
import { named, rolesQuery } from "~/modules/access/data";
import { projectQuery, saveProject } from "./data";
import { DocumentPage, type Draft, Part } from "./document";
import { ImagePresets, type Preset, presetProblem } from "./ImagePresets";

const NONE = "none";

export function ProjectPage() {
  const roles = useQuery(rolesQuery).data ?? [];
  return (
    <DocumentPage
      title={t("settings.room.project")}
      query={projectQuery}
      save={saveProject}
      blocked={(draft) => {
        const presets = draft.get<Preset[] | null>("storage_asset_presets") ?? [];
        return presets.some((one) => presetProblem(one, presets) !== null);
      }}
    >
      {(draft) => (
        <>
          <Part title={t("settings.project")}>
            <Line draft={draft} path="project_name" required />
            <Line draft={draft} path="project_descriptor" />
            <Line draft={draft} path="project_url" />
            <div className="grid grid-cols-2 gap-4 max-sm:grid-cols-1">
              <Select
                label={t("settings.project.default_language")}
                choices={LOCALES.map((id) => ({ id, text: LOCALE_NAMES[id] }))}
                value={draft.get<string | null>("default_language")?.split("-")[0] ?? "en"}
                onChange={(id) => draft.set("default_language", id === "en" ? "en-US" : id)}
              />
              <Select
                label={t("settings.project.default_appearance")}
                choices={["auto", "light", "dark"].map((id) => ({ id, text: t(`settings.appearance.${id}`) }))}
                value={draft.get<string>("default_appearance") ?? "auto"}
                onChange={(id) => draft.set("default_appearance", id)}
              />
            </div>
          </Part>
          <Part title={t("settings.registration")} note={t("settings.registration.note")}>
            <Switch
              isSelected={draft.get<boolean>("public_registration")}
              onChange={(on) => draft.set("public_registration", on)}
            >
              {t("settings.registration.switch")}
            </Switch>
            {draft.get<boolean>("public_registration") && (
              <>
                <Switch
                  isSelected={draft.get<boolean>("public_registration_verify_email")}
                  onChange={(on) => draft.set("public_registration_verify_email", on)}
                >
                  {t("settings.registration.verify")}
                </Switch>
                <Select
                  label={t("settings.registration.role")}
                  choices={[
                    { id: NONE, text: t("people.no_role") },
                    ...roles.map((role) => ({ id: role.id, text: named(role.name) })),
                  ]}
                  value={draft.get<string | null>("public_registration_role") ?? NONE}
                  onChange={(id) => draft.set("public_registration_role", id === NONE ? null : id)}
                />
              </>
            )}
          </Part>
          <Part title={t("settings.sign_in")}>
            <NumberField
              label={t("settings.sign_in.attempts")}
              note={t("settings.sign_in.attempts.note")}
              minValue={0}
              value={draft.get<number | null>("auth_login_attempts") ?? Number.NaN}
              onChange={(count) => draft.set("auth_login_attempts", Number.isNaN(count) ? null : count)}
              error={draft.error("auth_login_attempts")}
            />
            <TextField
              label={t("settings.sign_in.policy")}
              note={t("settings.sign_in.policy.note")}
              mono
              placeholder="/^.{12,}$/"
              value={draft.get<string | null>("auth_password_policy") ?? ""}
              onChange={(text) => draft.set("auth_password_policy", text || null)}
              error={draft.error("auth_password_policy")}
            />
          </Part>
          <Part title={t("settings.assets")} note={t("settings.assets.note")}>
            <Select
              label={t("settings.assets.transform")}
              choices={["all", "presets", "none"].map((id) => ({ id, text: t(`settings.assets.${id}`) }))}
              value={draft.get<string>("storage_asset_transform") ?? "all"}
              onChange={(id) => draft.set("storage_asset_transform", id)}
            />
            {draft.get<string>("storage_asset_transform") !== "none" && (
              <ImagePresets
                tried={draft.get<string>("storage_asset_transform") !== "presets"}
                value={draft.get<Preset[] | null>("storage_asset_presets")}
                onChange={(presets) => draft.set("storage_asset_presets", presets)}
              />
            )}
          </Part>
        </>
      )}
    </DocumentPage>
  );
}

function Line({ draft, path, required }: { draft: Draft; path: string; required?: boolean }) {
  return (
    <TextField
      label={t(`settings.project.${path}`)}
      isRequired={required}
      value={draft.get<string | null>(path) ?? ""}
      onChange={(text) => draft.set(path, text || null)}
      error={draft.error(path)}
    />
  );
}
