/**
 * The content of a version as changes of its item. A version is saved field by field, and what is saved of a field
 * takes the place of what was saved before; so the form keeps all of the content in its journal and sends it as a whole.
 */
import { get } from "~/api/client";
import { keyField } from "~/api/keys";
import { fieldsQuery, queryClient, relationsQuery } from "~/api/queries";
import { itemsPath } from "~/api/relations";
import type { Field, Item, Key, Relation } from "~/api/types";
import { specialsOf } from "~/form/fields";
import type { Journal, NodeId } from "~/form/journal";
import { isMany, type Many, relationsOf } from "~/relations/schema";

interface Rows {
  create: Item[];
  update: Item[];
  delete: Key[];
}

const isItem = (value: unknown): value is Item => typeof value === "object" && value !== null && !Array.isArray(value);
const isRows = (value: unknown): value is Rows =>
  isItem(value) && ["create", "update", "delete"].every((part) => Array.isArray(value[part] ?? []));

/** Put a version's content into the journal of its item. What the form has no shape for stays as it was saved. */
export async function fill(journal: Journal, content: Item): Promise<void> {
  const { collection, primaryKey } = journal.node(journal.root);
  const fields = await fieldsOf(collection);
  const made = new Set(
    fields.filter((field) => specialsOf(field).some((one) => one.endsWith("-updated"))).map((field) => field.field),
  );
  const values = Object.entries(content).filter(([name]) => name !== primaryKey && !made.has(name));
  await fillNode(journal, journal.root, Object.fromEntries(values));
}

const fieldsOf = (collection: string): Promise<Field[]> => queryClient.ensureQueryData(fieldsQuery(collection));

async function fillNode(journal: Journal, id: NodeId, values: Item): Promise<void> {
  const { collection } = journal.node(id);
  const [fields, relations] = await Promise.all([fieldsOf(collection), queryClient.ensureQueryData(relationsQuery)]);
  for (const [name, value] of Object.entries(values)) {
    const field = fields.find((one) => one.field === name);
    const link = field ? relationsOf(field, relations) : null;
    if (isMany(link) && isRows(value)) await fillRows(journal, id, name, link, value);
    else {
      const related = isItem(value) ? (link && !isMany(link) ? link.related : anyOf(relations, field, values)) : null;
      if (related) await fillOne(journal, id, name, related, value as Item);
      else journal.set(id, name, value);
    }
  }
}

/** The collection that a field of a junction leads to, where the row says which of several it is. */
function anyOf(relations: readonly Relation[], field: Field | undefined, row: Item): string | null {
  const relation = relations.find((one) => one.collection === field?.collection && one.field === field?.field);
  const name = relation?.meta?.one_collection_field;
  return name && typeof row[name] === "string" ? (row[name] as string) : null;
}

async function fillOne(journal: Journal, id: NodeId, name: string, related: string, value: Item): Promise<void> {
  const primaryKey = keyField(await fieldsOf(related));
  const { [primaryKey]: key, ...changes } = value;
  if (key === undefined || key === null) {
    await fillNode(journal, journal.createOne(id, name, related, primaryKey), changes);
    return;
  }
  journal.set(id, name, key);
  await fillNode(journal, journal.openOne(id, name, related, key as Key, primaryKey), changes);
}

async function fillRows(journal: Journal, id: NodeId, name: string, link: Many, rows: Rows): Promise<void> {
  const primaryKey = keyField(await fieldsOf(link.rows));
  for (const values of rows.create ?? []) {
    await fillNode(journal, journal.create(id, name, link.rows, primaryKey), values);
  }
  const known = (rows.update ?? []).filter((row) => row[primaryKey] !== undefined);
  const own = await ownRows(journal.node(id).key, link, primaryKey, known);
  const foreign = known.map((row) => row[primaryKey] as Key).filter((key) => !own.has(String(key)));
  if (foreign.length > 0) journal.link(id, name, foreign, primaryKey);
  for (const { [primaryKey]: key, ...changes } of known) {
    if (Object.keys(changes).length === 0) continue;
    const row = journal.openRow(id, name, link.rows, key as Key, primaryKey);
    await fillNode(journal, row, changes);
    const place = link.sortField === null ? undefined : changes[link.sortField];
    if (link.sortField !== null && typeof place === "number")
      journal.place(id, name, link.sortField, new Map([[row, place]]));
  }
  for (const key of rows.delete ?? []) journal.unlink(id, name, key);
}

/** Which of some rows hang on an item already. */
async function ownRows(
  parent: Key | null,
  link: Many,
  primaryKey: string,
  rows: readonly Item[],
): Promise<Set<string>> {
  if (parent === null || rows.length === 0) return new Set();
  const keys = rows.map((row) => row[primaryKey]);
  const filter = { _and: [{ [link.back]: { _eq: parent } }, { [primaryKey]: { _in: keys } }] };
  const found = await get<Item[]>(itemsPath(link.rows), { fields: primaryKey, filter, limit: -1 });
  return new Set(found.map((row) => String(row[primaryKey])));
}
