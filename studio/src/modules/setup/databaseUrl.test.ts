import { expect, test } from "vitest";
import { fieldsOf, noFields, urlOf } from "./databaseUrl";

test.each([
  ["postgresql://ada:secret@db.example.com:6543/shop", "postgresql://ada:secret@db.example.com:6543/shop"],
  ["postgres://ada@localhost/shop?sslmode=require", "postgresql://ada@localhost/shop?sslmode=require"],
  [
    "postgresql+asyncpg://ada:p%40ss%2Fword@[::1]:5432/my%20shop",
    "postgresql://ada:p%40ss%2Fword@[::1]:5432/my%20shop",
  ],
  ["mysql://root@localhost/shop?ssl=true&ssl_ca=%2Fca.pem", "mysql://root@localhost/shop?ssl=true&ssl_ca=%2Fca.pem"],
  ["mssql://sa:pw@host:80/shop", "mssql://sa:pw@host:80/shop"],
  ["sqlite:///data/shop.db", "sqlite:///data/shop.db"],
  ["./shop.sqlite3", "./shop.sqlite3"],
])("%s is taken apart and put together", (given, made) => {
  const fields = fieldsOf(given);
  expect(fields).not.toBeNull();
  expect(fields && urlOf(fields)).toBe(made);
});

test.each(["", "shop", "ftp://example.com/x", "postgresql://ada:100%@host/shop"])(
  "%s is no URL of a database",
  (text) => expect(fieldsOf(text)).toBeNull(),
);

test("a password may hold anything", () => {
  const fields = { ...noFields, user: "a@b", password: "p:/?#[]@ %ü", database: "shop" };
  const url = urlOf(fields) ?? "";
  expect(fieldsOf(url)).toEqual(fields);
});

test("there is no URL while host, database or path is missing", () => {
  expect(urlOf(noFields)).toBeNull();
  expect(urlOf({ ...noFields, database: "shop", host: " " })).toBeNull();
  expect(urlOf({ ...noFields, vendor: "sqlite" })).toBeNull();
});
