/** Which database a project begins with: its address in fields or as a URL, and what was found there. */
import { KeyRound } from "lucide-react";
import { formatNumber } from "~/i18n/format";
import { t } from "~/i18n/words/setup";
import { Button } from "~/kit/Button";
import { Badge, Notice } from "~/kit/bits";
import { Checkbox, PasswordField, Select, TextField } from "~/kit/fields";
import { type ChosenDatabase, type FoundDatabase, type FoundTable, ROWS_COUNTED } from "./database";
import { type DatabaseFields, fieldsOf, mayEncrypt, PORTS, urlOf, VENDORS, type Vendor } from "./databaseUrl";

const NAMES: Record<Vendor, string> = {
  postgresql: "PostgreSQL",
  mysql: "MySQL",
  mariadb: "MariaDB",
  mssql: "SQL Server",
  cockroachdb: "CockroachDB",
  sqlite: "SQLite",
};

export function DatabasePanel({
  chosen,
  onChange,
}: {
  chosen: ChosenDatabase;
  onChange: (now: ChosenDatabase) => void;
}) {
  const { fields, text } = chosen;
  // what was found belongs to another address then
  const change = (some: Partial<DatabaseFields>) =>
    onChange({ ...chosen, fields: { ...fields, ...some }, found: null });
  const { vendor } = fields;
  return (
    <div className="flex flex-col gap-3">
      {text === null ? (
        <>
          <Select
            label={t("setup.database.vendor")}
            choices={VENDORS.map((id) => ({ id, text: NAMES[id] }))}
            value={vendor}
            note={t(`setup.database.help.${vendor}`)}
            onChange={(id) => change({ vendor: id as Vendor, rest: {} })}
          />
          {vendor === "sqlite" ? (
            <TextField
              label={t("setup.database.path")}
              placeholder="/srv/shop/shop.db"
              isRequired
              mono
              value={fields.path}
              onChange={(path) => change({ path })}
            />
          ) : (
            <>
              <div className="grid grid-cols-[1fr_7rem] gap-3">
                <TextField
                  label={t("setup.database.host")}
                  isRequired
                  autoComplete="off"
                  value={fields.host}
                  onChange={(host) => change({ host })}
                />
                <TextField
                  label={t("setup.database.port")}
                  inputMode="numeric"
                  pattern="[0-9]*"
                  placeholder={String(PORTS[vendor])}
                  value={fields.port}
                  onChange={(port) => change({ port })}
                />
              </div>
              <TextField
                label={t("setup.database.name")}
                isRequired
                autoComplete="off"
                value={fields.database}
                onChange={(database) => change({ database })}
              />
              <div className="grid grid-cols-2 gap-3 max-sm:grid-cols-1">
                <TextField
                  label={t("setup.database.user")}
                  autoComplete="off"
                  value={fields.user}
                  onChange={(user) => change({ user })}
                />
                <PasswordField
                  label={t("setup.database.password")}
                  autoComplete="off"
                  value={fields.password}
                  onChange={(password) => change({ password })}
                />
              </div>
              {mayEncrypt(vendor) && (
                <Checkbox isSelected={fields.encrypted} onChange={(encrypted) => change({ encrypted })}>
                  {t("setup.database.encrypted")}
                </Checkbox>
              )}
            </>
          )}
          <Button
            look="quiet"
            className="self-start"
            onPress={() => onChange({ ...chosen, text: urlOf(fields) ?? "", found: null })}
          >
            {t("setup.database.by_url")}
          </Button>
        </>
      ) : (
        <>
          <PasswordField
            label={t("setup.database.url")}
            note={t("setup.database.url.note")}
            isRequired
            autoComplete="off"
            value={text}
            onChange={(url) => onChange({ ...chosen, text: url, found: null })}
          />
          <Button
            look="quiet"
            className="self-start"
            onPress={() => onChange({ ...chosen, fields: fieldsOf(text) ?? fields, text: null, found: null })}
          >
            {t("setup.database.by_fields")}
          </Button>
        </>
      )}
      {chosen.found && (
        <Found found={chosen.found} shown={chosen.shown} onShown={(shown) => onChange({ ...chosen, shown })} />
      )}
    </div>
  );
}

function Found({
  found,
  shown,
  onShown,
}: {
  found: FoundDatabase;
  shown: ReadonlySet<string>;
  onShown: (shown: ReadonlySet<string>) => void;
}) {
  const all = found.tables.length;
  const some = found.tables.filter((one) => shown.has(one.collection)).length;
  const set = (name: string, isShown: boolean) => {
    const next = new Set(shown);
    if (isShown) next.add(name);
    else next.delete(name);
    onShown(next);
  };
  return (
    <div className="flex flex-col gap-3">
      <div role="status">
        <Notice
          tone={all ? "success" : "info"}
          title={t("setup.database.found", { count: all, address: found.address })}
        >
          {found.vendor} {found.version}
        </Notice>
      </div>
      {found.read_only && <Notice tone="warning">{t("setup.database.read_only")}</Notice>}
      {all > 0 && (
        <fieldset className="min-w-0">
          <legend className="text-dense font-medium">{t("setup.database.shown")}</legend>
          <p className="mt-0.5 mb-1.5 text-caption text-fg-3">{t("setup.database.shown.note")}</p>
          <div className="rounded-control border border-line">
            <Checkbox
              className="border-b border-line bg-sunken px-2.5 py-1.5"
              isSelected={some === all}
              isIndeterminate={some > 0 && some < all}
              onChange={(on) => onShown(new Set(on ? found.tables.map((one) => one.collection) : []))}
            >
              {t("setup.database.all", { some: formatNumber(some), all: formatNumber(all) })}
            </Checkbox>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard too */}
            <section aria-label={t("setup.database.shown")} tabIndex={0} className="max-h-72 overflow-auto">
              {found.tables.map((table) => (
                <TableRow
                  key={table.collection}
                  table={table}
                  isShown={shown.has(table.collection)}
                  onShown={(on) => set(table.collection, on)}
                />
              ))}
            </section>
          </div>
        </fieldset>
      )}
      {found.notes.length > 0 && (
        <Notice tone="warning" title={t("setup.database.notes")}>
          <ul className="list-disc ps-4">
            {found.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </Notice>
      )}
    </div>
  );
}

function TableRow({
  table,
  isShown,
  onShown,
}: {
  table: FoundTable;
  isShown: boolean;
  onShown: (on: boolean) => void;
}) {
  const { rows } = table;
  const count =
    rows === null
      ? null
      : rows > ROWS_COUNTED
        ? t("setup.database.rows.more", { text: formatNumber(ROWS_COUNTED) })
        : t("setup.database.rows", { count: rows, text: formatNumber(rows) });
  const isTable = table.kind === "table";
  return (
    <Checkbox className="border-b border-line px-2.5 py-1.5 last:border-b-0" isSelected={isShown} onChange={onShown}>
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{table.collection}</span>
        <span className="block text-caption text-fg-3">
          {[count, t("setup.database.columns", { count: table.columns })].filter(Boolean).join(" · ")}
        </span>
      </span>
      {!isTable && <Badge>{t("setup.database.view")}</Badge>}
      {isTable && !table.keyed && (
        <Badge tone="warning">
          <KeyRound size={12} aria-hidden className="me-1 inline" />
          {t("setup.database.no_key")}
        </Badge>
      )}
      {isTable && table.keyed && table.reason && <Badge>{t("setup.database.not_writable")}</Badge>}
    </Checkbox>
  );
}
