/** Extensions of the studio: which there are, what they bring, what is wrong with them; added, switched, removed. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { FlaskConical, Puzzle, RefreshCw, Trash2, Upload } from "lucide-react";
import { type ReactNode, useState } from "react";
import { FileTrigger } from "react-aria-components";
import { patch, remove, request } from "~/api/client";
import { type ThemeContribution, themes } from "~/extensions/contributions";
import type { Contributions, Extension } from "~/extensions/extension";
import { extensionsQuery } from "~/extensions/loading";
import { textOf } from "~/extensions/texts";
import { weakPairs } from "~/extensions/themes";
import { formatNumber } from "~/i18n/format";
import { t } from "~/i18n/words/admin";
import { Button, ButtonLink, IconButton } from "~/kit/Button";
import { Badge, Card, Notice, PageHeader } from "~/kit/bits";
import { ask, confirm } from "~/kit/Dialog";
import { Switch } from "~/kit/fields";
import { Empty, Failed, Loading } from "~/kit/states";
import { toast, toastError } from "~/kit/Toast";
import { fixedQuery } from "./data";

const KINDS = [
  "interfaces",
  "displays",
  "layouts",
  "panels",
  "modules",
  "actions",
  "sidebar",
  "commands",
  "themes",
] as const satisfies (keyof Contributions)[];

export function ExtensionsPage() {
  const client = useQueryClient();
  const found = useQuery(extensionsQuery);
  const given = useQuery(fixedQuery).data?.studio_extensions_install;
  const locked = given?.value === false;
  const [pending, setPending] = useState(false);
  /** What the page has loaded is not what there is any more. */
  const [stale, setStale] = useState(false);

  async function work<T>(action: () => Promise<T>): Promise<T | null> {
    setPending(true);
    try {
      const result = await action();
      setStale(true);
      return result;
    } catch (error) {
      toastError(error);
      return null;
    } finally {
      setPending(false);
      await client.invalidateQueries({ queryKey: extensionsQuery.queryKey });
    }
  }
  const turn = (extension: Extension, enabled: boolean) =>
    work(() => patch(`/studio/api/extensions/${extension.name}`, { enabled }));

  /** What an extension may do is said before it does anything. */
  async function add(list: FileList | null) {
    const file = list?.[0];
    if (!file) return;
    const made = await work(() =>
      request<Extension>("POST", "/studio/api/extensions", {
        query: { enabled: false },
        body: file,
        headers: { "content-type": "application/zip" },
      }),
    );
    if (!made) return;
    if (made.enabled) {
      toast({ kind: "success", text: t("settings.extensions.added", { name: made.name }) });
      return;
    }
    const answer = await ask({
      title: t("settings.extensions.on.title", { name: textOf(made.title) }),
      text: <Trust extension={made} />,
      action: t("settings.extensions.on"),
    });
    if (answer === "yes") await turn(made, true);
  }

  async function destroy(extension: Extension) {
    const sure = await confirm({
      title: t("settings.extensions.remove.title", { name: extension.name }),
      text: t("settings.extensions.remove.text"),
      action: t("settings.extensions.remove"),
      danger: true,
    });
    if (sure) await work(() => remove(`/studio/api/extensions/${extension.name}`));
  }

  const upload = !locked && (
    <FileTrigger acceptedFileTypes={[".zip", "application/zip"]} onSelect={(list) => void add(list)}>
      <Button look="primary" icon={<Upload size={16} />} isPending={pending}>
        {t("settings.extensions.add")}
      </Button>
    </FileTrigger>
  );
  return (
    <>
      <PageHeader title={t("settings.room.extensions")} note={t("settings.extensions.note")}>
        {found.data?.length ? upload : null}
      </PageHeader>
      <div className="min-h-0 flex-1 overflow-auto">
        <div className="mx-auto flex max-w-3xl flex-col gap-4 p-6 max-sm:p-4">
          {locked && (
            <Notice>{t("settings.extensions.fixed", { fixed: t("settings.fixed", { by: given.by }) })}</Notice>
          )}
          {stale && (
            <Notice
              actions={
                <Button icon={<RefreshCw size={16} />} onPress={() => window.location.reload()}>
                  {t("settings.extensions.reload")}
                </Button>
              }
            >
              {t("settings.extensions.stale")}
            </Notice>
          )}
          {found.error && !found.data ? (
            <Failed error={found.error} onRetry={() => void found.refetch()} />
          ) : !found.data ? (
            <Loading />
          ) : found.data.length === 0 ? (
            <Empty icon={<Puzzle size={20} />} title={t("settings.extensions.none")} actions={upload}>
              {t("settings.extensions.none.text")}
            </Empty>
          ) : (
            <ul className="flex flex-col gap-4">
              {found.data.map((extension) => (
                <li key={extension.name}>
                  <ExtensionCard
                    extension={extension}
                    pending={pending}
                    onSwitch={(on) => void turn(extension, on)}
                    onRemove={locked ? undefined : () => void destroy(extension)}
                  />
                </li>
              ))}
            </ul>
          )}
        </div>
      </div>
    </>
  );
}

function ExtensionCard({
  extension,
  pending,
  onSwitch,
  onRemove,
}: {
  extension: Extension;
  pending: boolean;
  onSwitch: (on: boolean) => void;
  /** undefined where the program's start forbids it. */
  onRemove: (() => void) | undefined;
}) {
  const { name, error, source, enabled } = extension;
  const broken = error !== null;
  const title = broken ? name : textOf(extension.title);
  return (
    <Card className="p-4">
      <section aria-label={title} className="flex flex-col gap-3">
        <header className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h2 className="min-w-0 truncate font-semibold">{title}</h2>
          <span className="font-mono text-dense text-fg-2">
            {name} {broken ? "" : extension.version}
          </span>
          {broken ? (
            <Badge tone="danger" dot>
              {t("settings.extensions.broken")}
            </Badge>
          ) : (
            <Badge tone={extension.trust === "sandboxed" ? "success" : "warning"} dot>
              {t(extension.trust === "sandboxed" ? "settings.extensions.sandboxed" : "settings.extensions.trusted")}
            </Badge>
          )}
          {source === "package" && <Badge>{t("settings.extensions.package")}</Badge>}
          <span className="ms-auto flex items-center gap-1">
            <Switch isSelected={enabled} isDisabled={pending} onChange={onSwitch}>
              {t("settings.extensions.enabled")}
            </Switch>
            {!broken && enabled && (
              <ButtonLink
                href={`/settings/extensions/${name}`}
                look="quiet"
                aria-label={t("settings.try.of", { name: title })}
                className="px-2"
              >
                <FlaskConical size={16} />
              </ButtonLink>
            )}
            {source === "folder" && onRemove && (
              <IconButton label={t("settings.extensions.remove.of", { name })} isDisabled={pending} onPress={onRemove}>
                <Trash2 size={16} />
              </IconButton>
            )}
          </span>
        </header>
        {broken ? (
          <Notice tone="danger">
            <span className="break-words">{error}</span>
          </Notice>
        ) : (
          <>
            {extension.description && <p className="text-fg-2">{textOf(extension.description)}</p>}
            <p className="text-dense text-fg-2">{brings(extension.contributes)}</p>
            <Trust extension={extension} />
            {enabled && <WeakThemes extension={extension} />}
          </>
        )}
      </section>
    </Card>
  );
}

const brings = (contributes: Contributions): string =>
  KINDS.flatMap((kind) => {
    const count = contributes[kind]?.length ?? 0;
    return count ? [t(`settings.extensions.brings.${kind}`, { count, number: formatNumber(count) })] : [];
  }).join(" · ");

/** What it can do with the session of whoever uses the studio. */
function Trust({ extension }: { extension: Extension }) {
  const { trust, requires } = extension;
  const list = (names: string[]): ReactNode =>
    names.length ? <code className="font-mono break-words">{names.join(", ")}</code> : t("settings.extensions.nothing");
  return (
    <div className="flex flex-col gap-1 text-dense text-fg-2">
      <p>{t(trust === "sandboxed" ? "settings.extensions.sandboxed.text" : "settings.extensions.trusted.text")}</p>
      <p>
        {t("settings.extensions.api")} {list(requires.api)}
      </p>
      {requires.network.length > 0 && (
        <p>
          {t("settings.extensions.network")} {list(requires.network)}
        </p>
      )}
    </div>
  );
}

/** Themes that can't be read well are said so, and are not offered. */
function WeakThemes({ extension }: { extension: Extension }) {
  const [weak] = useState(() =>
    (extension.contributes.themes ?? []).flatMap((one) => {
      const theme: ThemeContribution = themes.get(one.id) ?? { ...one, extension };
      const pairs = weakPairs(theme);
      return pairs.length ? [{ name: textOf(one.name ?? one.id), pairs }] : [];
    }),
  );
  return weak.map(({ name, pairs }) => (
    <Notice key={name} tone="warning" title={t("settings.extensions.weak", { name })}>
      <ul className="font-mono text-dense">
        {pairs.map(({ pair, ratio, wanted }) => (
          <li
            key={pair}
          >{`${pair}: ${formatNumber(ratio, { maximumFractionDigits: 2 })} < ${formatNumber(wanted)}`}</li>
        ))}
      </ul>
    </Notice>
  ));
}
