/** The first page of a new project: its admin, its name, what to begin with. */
import { useRouter } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { request } from "~/api/client";
import { ApiError } from "~/api/errors";
import { meQuery, queryClient } from "~/api/queries";
import { session } from "~/api/session";
import { boot } from "~/boot";
import { hasMessage } from "~/i18n/i18n";
import { t } from "~/i18n/words/setup";
import { Button } from "~/kit/Button";
import { CopyButton } from "~/kit/CopyButton";
import { RadioGroup, TextField } from "~/kit/fields";
import { NewPasswordField } from "~/kit/NewPasswordField";
import { Loading } from "~/kit/states";
import { toast } from "~/kit/Toast";
import { setProjectTitle } from "~/kit/title";
import { AuthLayout } from "~/modules/auth/AuthLayout";
import { AuthForm, EmailField, TextLink, useAttempt } from "~/modules/auth/parts";
import { setupToken } from "~/modules/auth/setupToken";
import type { ChosenSheet } from "./CsvPanel";
import { type ChosenDatabase, connect, look, urlMeant } from "./database";
import { noFields } from "./databaseUrl";

const NOTHING = "none";
const CSV = "csv";
const DATABASE = "database";
const COMMAND = "satchel superuser link";
const DATABASE_ERRORS = ["SIGN_IN", "MISSING", "UNREACHABLE"];

const CsvPanel = lazy(() => import("./CsvPanel").then((found) => ({ default: found.CsvPanel })));
const DatabasePanel = lazy(() => import("./DatabasePanel").then((found) => ({ default: found.DatabasePanel })));
const RestorePanel = lazy(() => import("./RestorePanel").then((found) => ({ default: found.RestorePanel })));

export function SetupPage() {
  const token = setupToken();
  const [dead, setDead] = useState(!token);
  const [restoring, setRestoring] = useState(false);
  if (dead) return <NoLink text={t(token ? "setup.dead" : "setup.no_token")} />;
  if (restoring) {
    return (
      <AuthLayout wide title={t("setup.restore.title")} text={t("setup.restore.text")}>
        <Suspense fallback={<Loading />}>
          <RestorePanel onDead={() => setDead(true)} />
        </Suspense>
        <Button
          look="quiet"
          icon={<ArrowLeft size={16} className="rtl:-scale-x-100" />}
          onPress={() => setRestoring(false)}
        >
          {t("setup.restore.back")}
        </Button>
      </AuthLayout>
    );
  }
  return <Begin onDead={() => setDead(true)} onRestore={() => setRestoring(true)} />;
}

function Begin({ onDead, onRestore }: { onDead: () => void; onRestore: () => void }) {
  const router = useRouter();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [name, setName] = useState(t("setup.project.default"));
  // what a database of one's own holds is enough to begin with
  const [start, setStart] = useState(boot.connectable ? (boot.samples[0] ?? NOTHING) : NOTHING);
  const [sheet, setSheet] = useState<ChosenSheet | null>(null);
  const [database, setDatabase] = useState<ChosenDatabase>({
    fields: noFields,
    text: null,
    found: null,
    shown: new Set(),
  });
  /** The project is there, with its admin signed in; what it was to begin with is still to be done. */
  const [begun, setBegun] = useState(false);
  const [progress, setProgress] = useState("");
  const by = useAttempt(
    Object.fromEntries(DATABASE_ERRORS.map((one) => [`DATABASE_${one}`, t(`setup.database.error.${one}`)])),
  );

  async function makeAdmin() {
    try {
      const sample = boot.samples.includes(start) ? start : NOTHING;
      const body = { token: setupToken(), email, password, project_name: name.trim(), sample };
      await request("POST", "/server/setup", { body, anonymous: true });
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) onDead();
      if (error instanceof ApiError && error.status === 403) {
        boot.setupRequired = false;
        await router.navigate({ to: "/login", search: { done: "setup" } });
      }
      throw error;
    }
    const body = { email, password, mode: "session" };
    const { expires } = await request<{ expires: number }>("POST", "/auth/login", { body, anonymous: true });
    session.lasts(expires);
    boot.branding.name = name.trim() || boot.branding.name;
    setProjectTitle(boot.branding.name);
    setBegun(true);
  }

  async function create() {
    const url = start === DATABASE ? urlMeant(database) : null;
    if (start === CSV && !sheet) throw new Error(t("setup.csv.missing"));
    if (start === DATABASE && !url) throw new Error(t("setup.database.missing"));
    if (url && !database.found) {
      const found = await look(url);
      setDatabase({ ...database, found, shown: new Set(found.tables.map((one) => one.collection)) });
      return;
    }
    setProgress(t("setup.progress.project"));
    if (!begun) await makeAdmin();
    let place = "/home";
    if (url) {
      setProgress(t("setup.progress.database"));
      await connect(url, database.shown);
      place = "/content";
    } else if (start === CSV && sheet) {
      const count = sheet.sheet.rows.length;
      setProgress(t("setup.progress.rows", { done: 0, count }));
      const { makeFromSheet } = await import("./sheetCollection");
      const { refused } = await makeFromSheet(sheet.name, sheet.sheet, (done) =>
        setProgress(t("setup.progress.rows", { done, count })),
      );
      if (refused) toast({ kind: "info", text: t("setup.csv.refused", { count: refused }) });
      place = `/content/${encodeURIComponent(sheet.name)}`;
    }
    await finish(place);
  }

  async function finish(place: string) {
    await queryClient.ensureQueryData(meQuery);
    boot.setupRequired = false;
    await router.navigate({ to: place as string, replace: true });
  }

  const looking = start === DATABASE && !database.found;
  return (
    <AuthLayout
      wide
      title={t("setup.title")}
      text={t(boot.connectable ? "setup.text" : "setup.text.database")}
      footer={
        !begun && (
          <div className="flex flex-wrap items-center justify-center gap-x-5 gap-y-1">
            <Button look="quiet" onPress={onRestore}>
              {t("setup.restore.link")}
            </Button>
            <span>
              {t("setup.done.ask")} <TextLink href="/login">{t("auth.login.action")}</TextLink>
            </span>
          </div>
        )
      }
    >
      <AuthForm by={by} action={t(looking ? "setup.database.look" : "setup.action")} onSubmit={create}>
        {!begun && (
          <>
            <EmailField autoFocus value={email} onChange={setEmail} />
            <NewPasswordField
              label={t("app.password")}
              name="password"
              isRequired
              value={password}
              onChange={setPassword}
            />
            <TextField label={t("setup.project")} isRequired maxLength={100} value={name} onChange={setName} />
          </>
        )}
        <RadioGroup
          label={t("setup.start")}
          value={start}
          onChange={setStart}
          isDisabled={begun && start !== DATABASE && start !== CSV}
          choices={[NOTHING, ...(begun ? [] : boot.samples), CSV, ...(boot.connectable ? [DATABASE] : [])].map(
            (id) => ({
              id,
              text: hasMessage(`setup.start.${id}`) ? t(`setup.start.${id}`) : id,
              note: hasMessage(`setup.start.${id}.note`) ? t(`setup.start.${id}.note`) : undefined,
            }),
          )}
        />
        {start === CSV && (
          <Panel>
            <CsvPanel chosen={sheet} onChange={setSheet} />
          </Panel>
        )}
        {start === DATABASE && (
          <Panel>
            <DatabasePanel chosen={database} onChange={setDatabase} />
          </Panel>
        )}
        <div role="status" className="text-dense text-fg-2 empty:hidden">
          {by.pending && !looking && progress}
        </div>
      </AuthForm>
    </AuthLayout>
  );
}

function Panel({ children }: { children: ReactNode }) {
  return (
    <div className="rounded-control border border-line bg-raised p-4">
      <Suspense fallback={<Loading />}>{children}</Suspense>
    </div>
  );
}

function NoLink({ text }: { text: string }) {
  return (
    <AuthLayout title={t("setup.title")} text={text}>
      <div className="flex flex-col gap-1.5">
        <p>{t("setup.new_link")}</p>
        <div className="flex items-center gap-1">
          <code className="flex-1 rounded-control bg-sunken px-3 py-2 font-mono text-[13px]">{COMMAND}</code>
          <CopyButton text={COMMAND} />
        </div>
      </div>
    </AuthLayout>
  );
}
