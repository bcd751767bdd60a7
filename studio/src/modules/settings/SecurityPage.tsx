/** Limits for requests, proxies that are believed, where superusers may come from, requests in batches, logs. */
import { Plus, Trash2 } from "lucide-react";
import { t } from "~/i18n/words/admin";
import { Button, IconButton } from "~/kit/Button";
import { NumberField, Select, Switch, TextField } from "~/kit/fields";
import { listOf, saveServer, serverQuery } from "./data";
import { DocumentPage, type Draft, Part } from "./document";
import { FixedField } from "./FixedField";

interface Rule {
  label: string;
  audience: string;
  duration: number;
  maxRequests: number;
}

export function SecurityPage() {
  return (
    <DocumentPage title={t("settings.room.security")} query={serverQuery} save={saveServer}>
      {(draft) => (
        <>
          <Part title={t("settings.limits")} note={t("settings.limits.note")}>
            <Switch
              isSelected={draft.get<boolean>("rateLimits.enabled")}
              onChange={(on) => draft.set("rateLimits.enabled", on)}
            >
              {t("settings.limits.switch")}
            </Switch>
            {draft.get<boolean>("rateLimits.enabled") && <Rules draft={draft} />}
          </Part>
          <Part title={t("settings.proxy")} note={t("settings.proxy.note")}>
            <FixedField name="trusted_proxies" />
            <List draft={draft} path="trustedProxy.headers" placeholder="X-Forwarded-For" />
            <Switch
              isSelected={draft.get<boolean>("trustedProxy.useLeftmostIP")}
              onChange={(on) => draft.set("trustedProxy.useLeftmostIP", on)}
            >
              {t("settings.proxy.leftmost")}
            </Switch>
          </Part>
          <Part title={t("settings.superusers")} note={t("settings.superusers.note")}>
            <List draft={draft} path="superuserIPs" placeholder="203.0.113.7, 10.0.0.0/8" />
          </Part>
          <Part title={t("settings.batch")} note={t("settings.batch.note")}>
            <Switch isSelected={draft.get<boolean>("batch.enabled")} onChange={(on) => draft.set("batch.enabled", on)}>
              {t("settings.batch.switch")}
            </Switch>
            {draft.get<boolean>("batch.enabled") && (
              <div className="grid grid-cols-3 gap-4 max-sm:grid-cols-1">
                {["maxRequests", "timeout", "maxBodySize"].map((name) => (
                  <Count key={name} draft={draft} path={`batch.${name}`} />
                ))}
              </div>
            )}
          </Part>
          <Part title={t("settings.logs")}>
            <div className="grid grid-cols-2 gap-4 max-sm:grid-cols-1">
              <Count draft={draft} path="logs.maxDays" />
              <Select
                label={t("settings.logs.minLevel")}
                choices={["-4", "0", "4", "8"].map((id) => ({
                  id,
                  text: t(`settings.logs.level.${id.replace("-", "m")}`),
                }))}
                value={String(draft.get<number>("logs.minLevel"))}
                onChange={(id) => draft.set("logs.minLevel", parseInt(id, 10))}
              />
            </div>
            <Switch isSelected={draft.get<boolean>("logs.logIP")} onChange={(on) => draft.set("logs.logIP", on)}>
              {t("settings.logs.ip")}
            </Switch>
            <Switch
              isSelected={draft.get<boolean>("logs.logAuthId")}
              onChange={(on) => draft.set("logs.logAuthId", on)}
            >
              {t("settings.logs.auth")}
            </Switch>
          </Part>
        </>
      )}
    </DocumentPage>
  );
}

function Count({ draft, path }: { draft: Draft; path: string }) {
  return (
    <NumberField
      label={t(`settings.${path}`)}
      minValue={0}
      value={draft.get<number>(path)}
      onChange={(value) => draft.set(path, Number.isNaN(value) ? 0 : value)}
      error={draft.error(path)}
    />
  );
}

function List({ draft, path, placeholder }: { draft: Draft; path: string; placeholder: string }) {
  return (
    <TextField
      label={t(`settings.${path}`)}
      placeholder={placeholder}
      value={(draft.get<string[]>(path) ?? []).join(", ")}
      onChange={(text) =>
        draft.set(path, text.endsWith(" ") || text.endsWith(",") ? [...listOf(text), ""] : listOf(text))
      }
      onBlur={() => draft.set(path, (draft.get<string[]>(path) ?? []).filter(Boolean))}
      error={draft.error(path)}
    />
  );
}

function Rules({ draft }: { draft: Draft }) {
  const rules = draft.get<Rule[]>("rateLimits.rules") ?? [];
  const set = (next: Rule[]) => draft.set("rateLimits.rules", next);
  const change = (place: number, changes: Partial<Rule>) =>
    set(rules.map((rule, index) => (index === place ? { ...rule, ...changes } : rule)));
  return (
    <div className="flex flex-col gap-2">
      {rules.map((rule, place) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: rules have no name that stays; their order means something
          key={place}
          className="grid grid-cols-[minmax(0,1fr)_6rem_6rem_8rem_auto] items-end gap-2 max-sm:grid-cols-2"
        >
          <TextField
            aria-label={t("settings.limits.label", { place: place + 1 })}
            label={place === 0 ? t("settings.limits.path") : undefined}
            mono
            value={rule.label}
            onChange={(label) => change(place, { label })}
            error={draft.error(`rateLimits.rules.${place}.label`)}
          />
          <NumberField
            aria-label={t("settings.limits.requests.of", { place: place + 1 })}
            label={place === 0 ? t("settings.limits.requests") : undefined}
            minValue={1}
            value={rule.maxRequests}
            onChange={(value) => change(place, { maxRequests: value || 1 })}
            error={draft.error(`rateLimits.rules.${place}.maxRequests`)}
          />
          <NumberField
            aria-label={t("settings.limits.seconds.of", { place: place + 1 })}
            label={place === 0 ? t("settings.limits.seconds") : undefined}
            minValue={1}
            value={rule.duration}
            onChange={(value) => change(place, { duration: value || 1 })}
            error={draft.error(`rateLimits.rules.${place}.duration`)}
          />
          <Select
            aria-label={t("settings.limits.audience.of", { place: place + 1 })}
            label={place === 0 ? t("settings.limits.audience") : undefined}
            choices={["all", "@guest", "@auth"].map((id) => ({
              id,
              text: t(`settings.limits.audience.${id.replace("@", "")}`),
            }))}
            value={rule.audience || "all"}
            onChange={(id) => change(place, { audience: id === "all" ? "" : id })}
          />
          <IconButton
            label={t("settings.limits.remove", { place: place + 1 })}
            onPress={() => set(rules.filter((_, index) => index !== place))}
          >
            <Trash2 size={16} />
          </IconButton>
        </div>
      ))}
      <div>
        <Button
          look="quiet"
          icon={<Plus size={16} />}
          onPress={() => set([...rules, { label: "/api/", audience: "", duration: 10, maxRequests: 300 }])}
        >
          {t("settings.limits.add")}
        </Button>
      </div>
    </div>
  );
}
