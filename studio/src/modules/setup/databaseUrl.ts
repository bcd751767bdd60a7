/** The URL of a database, from the fields that people fill in, and back. */
export const VENDORS = ["postgresql", "mysql", "mariadb", "mssql", "cockroachdb", "sqlite"] as const;
export type Vendor = (typeof VENDORS)[number];

export const PORTS: Record<Vendor, number | null> = {
  postgresql: 5432,
  mysql: 3306,
  mariadb: 3306,
  mssql: 1433,
  cockroachdb: 26257,
  sqlite: null,
};

const OTHER_SCHEMES: Record<string, Vendor> = { postgres: "postgresql" };

/** What a URL says that asks for an encrypted connection. SQL Server's are encrypted unless told otherwise. */
const ENCRYPTED: Record<Vendor, [string, string] | null> = {
  postgresql: ["sslmode", "require"],
  cockroachdb: ["sslmode", "require"],
  mysql: ["ssl", "true"],
  mariadb: ["ssl", "true"],
  mssql: null,
  sqlite: null,
};
export const mayEncrypt = (vendor: Vendor): boolean => ENCRYPTED[vendor] !== null;

export interface DatabaseFields {
  vendor: Vendor;
  host: string;
  /** As it is typed; empty for the vendor's own. */
  port: string;
  database: string;
  user: string;
  password: string;
  encrypted: boolean;
  /** Path of an SQLite file. */
  path: string;
  /** Further parameters of a URL that was pasted. */
  rest: Record<string, string>;
}

export const noFields: DatabaseFields = {
  vendor: "postgresql",
  host: "localhost",
  port: "",
  database: "",
  user: "",
  password: "",
  encrypted: false,
  path: "",
  rest: {},
};

/** The URL, or null while something is missing that every URL has. */
export function urlOf(fields: DatabaseFields): string | null {
  const { vendor, user, password } = fields;
  if (vendor === "sqlite") return fields.path.trim() || null;
  const host = fields.host.trim();
  const database = fields.database.trim();
  if (!host || !database) return null;
  const secret = password ? `:${encodeURIComponent(password)}` : "";
  const person = user ? `${encodeURIComponent(user)}${secret}@` : "";
  const place = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  const port = fields.port.trim() ? `:${fields.port.trim()}` : "";
  const encrypted = ENCRYPTED[vendor];
  const query = new URLSearchParams({
    ...(fields.encrypted && encrypted ? { [encrypted[0]]: encrypted[1] } : {}),
    ...fields.rest,
  }).toString();
  return `${vendor}://${person}${place}${port}/${encodeURIComponent(database)}${query ? `?${query}` : ""}`;
}

/** The fields of a URL; null for a text that is none. */
export function fieldsOf(text: string): DatabaseFields | null {
  const url = text.trim();
  const [, scheme = "", rest = ""] = /^([a-z0-9+]+):\/\/(.*)$/is.exec(url) ?? [];
  if (!scheme) return /\.(db3?|sqlite3?)$/i.test(url) ? { ...noFields, vendor: "sqlite", path: url } : null;
  const base = scheme.toLowerCase().split("+")[0] ?? "";
  const vendor = OTHER_SCHEMES[base] ?? VENDORS.find((one) => one === base);
  if (!vendor) return null;
  if (vendor === "sqlite") return { ...noFields, vendor, path: url };
  let parsed: URL;
  try {
    // what is no scheme of the web is not taken apart in every browser
    parsed = new URL(`http://${rest}`);
  } catch {
    return null;
  }
  const parameters = Object.fromEntries(parsed.searchParams);
  const [name = "", wanted] = ENCRYPTED[vendor] ?? [];
  const encrypted = parameters[name] === wanted && wanted !== undefined;
  if (encrypted) delete parameters[name];
  try {
    return {
      vendor,
      host: parsed.hostname.replace(/^\[|\]$/g, ""),
      // 80 is what a URL of the web leaves out
      port: parsed.port || (/:80(?=[/?]|$)/.test(rest.split("@").pop() ?? "") ? "80" : ""),
      database: decodeURIComponent(parsed.pathname.slice(1)),
      user: decodeURIComponent(parsed.username),
      password: decodeURIComponent(parsed.password),
      encrypted,
      path: "",
      rest: parameters,
    };
  } catch {
    return null;
  }
}
