/**
 * From what a person drafts to one change of the schema, as `POST /schema/apply` takes it: new collections, their
 * fields, and both sides of every link. Nothing here asks the server; what it has to know is handed in.
 */
import type { FieldMeta, FieldSchema, Relation, RelationMeta } from "~/api/types";
import { kindOf } from "./kinds";
import { free, nameOf, translationsOf } from "./names";

export interface Difference {
  kind: "N" | "D" | "E";
  path?: (string | number)[];
  lhs?: unknown;
  rhs?: unknown;
}

export interface Entry {
  collection: string;
  field?: string;
  related_collection?: string | null;
  diff: Difference[];
}

export interface ChangeSet {
  collections: Entry[];
  fields: Entry[];
  relations: Entry[];
}

export const emptyChangeSet = (): ChangeSet => ({ collections: [], fields: [], relations: [] });

export type OnDelete = "SET NULL" | "CASCADE" | "RESTRICT";

/** A field that is to be made. */
export interface FieldDraft {
  id: string;
  kind: string;
  label: string;
  /** Its own name, where it is not the label's. */
  name?: string;
  /** Links: the collection they lead to, or what one is to be called that is made with them. */
  target: string | null;
  newTarget: string | null;
  many: boolean;
  /** Links: whether the other side shows this one, and by which name (null: that of the collection). */
  reverse: boolean;
  reverseLabel: string | null;
  /** Links to many: the table that keeps them, where one that is there is taken; null makes one. */
  junction: Junction | null;
  /** Links to several collections. */
  allowed: string[];
  /** Translations: what is translated. */
  translated: string[];
  choices: string[];
  onDelete: OnDelete | null;
  /** What was said beyond its kind's defaults: of its looks and conduct, and of its column. */
  meta: Partial<FieldMeta>;
  schema: Partial<FieldSchema>;
}

/** A table of links that is there already: its column that leads to the owner, and the one that leads to the target. */
export interface Junction {
  collection: string;
  back: string;
  there: string;
}

/** The tables whose items link `owner` to `target` and that no field of `owner` shows yet. */
export function junctionsBetween(owner: string, target: string, relations: readonly Relation[]): Junction[] {
  const from = (collection: string) => relations.filter((one) => one.related_collection === collection);
  return from(owner)
    .filter((back) => !back.meta?.one_field && back.collection !== owner && back.collection !== target)
    .flatMap((back) =>
      from(target)
        .filter((there) => there.collection === back.collection && there.field !== back.field)
        .map((there) => ({ collection: back.collection, back: back.field, there: there.field })),
    );
}

export type KeyType = "integer" | "uuid" | "string";

export interface KeyColumn {
  field: string;
  type: string;
  maxLength: number | null;
}

/** What is known of collections that links lead to. */
export interface Known {
  /** Names of all collections. */
  collections: ReadonlySet<string>;
  /** The key of a collection; of several fields, or none: null. */
  keys: Readonly<Record<string, KeyColumn | null>>;
  /** Names of the fields of a collection. */
  fields: Readonly<Record<string, ReadonlySet<string>>>;
  relations: readonly Relation[];
  /** What a collection is called. */
  label: (collection: string) => string;
}

/** The collection that drafts belong to. */
export interface Owner {
  name: string;
  label: string;
  /** Of several fields, or none: null. */
  key: KeyColumn | null;
  /** Names that its fields have already. */
  taken: ReadonlySet<string>;
  /** The place of the first new field. */
  sort: number;
}

export const SYSTEM_KEY: KeyColumn = { field: "id", type: "uuid", maxLength: null };
/** The collection of the languages that are translated into. */
export const LANGUAGES = "languages";

let made = 0;
/** An id for a draft. (`crypto.randomUUID` is there on secure origins alone.) */
export const fieldId = (): string => `new-${Date.now().toString(36)}-${made++}`;

export const newField = (id: string, kind: string, label: string): FieldDraft => ({
  id,
  kind,
  label,
  target: null,
  newTarget: null,
  many: false,
  junction: null,
  reverse: kind === "link" || kind === "link_back",
  reverseLabel: null,
  allowed: [],
  translated: [],
  choices: [],
  onDelete: null,
  meta: {},
  schema: {},
});

export const fieldNameOf = (draft: FieldDraft): string => draft.name ?? nameOf(draft.label);

export const keySchema = (type: KeyType): Partial<FieldSchema> => ({
  is_primary_key: true,
  is_nullable: false,
  has_auto_increment: type === "integer",
  ...(type === "string" ? { max_length: 255 } : {}),
});

const keyMeta = (type: KeyType): Partial<FieldMeta> => ({
  interface: "input",
  special: type === "uuid" ? ["uuid"] : null,
  hidden: type !== "string",
  readonly: type !== "string",
  sort: 1,
});

export function newCollection(set: ChangeSet, name: string, meta: Record<string, unknown>, schema: boolean): void {
  set.collections.push({
    collection: name,
    diff: [{ kind: "N", rhs: { collection: name, meta, schema: schema ? { name } : null } }],
  });
}

export function addField(
  set: ChangeSet,
  collection: string,
  field: string,
  type: string,
  meta: Partial<FieldMeta>,
  schema: Partial<FieldSchema> | null,
): void {
  set.fields.push({ collection, field, diff: [{ kind: "N", rhs: { collection, field, type, meta, schema } }] });
}

const addAlias = (set: ChangeSet, collection: string, field: string, meta: Partial<FieldMeta>) =>
  addField(set, collection, field, "alias", meta, null);

export function addKey(set: ChangeSet, collection: string, type: KeyType, field = "id"): void {
  addField(set, collection, field, type, keyMeta(type), keySchema(type));
}

function addRelation(
  set: ChangeSet,
  collection: string,
  field: string,
  related: string | null,
  meta: Partial<RelationMeta>,
  onDelete: string,
): void {
  const schema = related === null ? null : { on_delete: onDelete };
  const rhs = { collection, field, related_collection: related, meta, schema };
  set.relations.push({ collection, field, related_collection: related, diff: [{ kind: "N", rhs }] });
}

/** What is said of a relation that is there: a whole row of it where it had none. */
export function changeRelation(set: ChangeSet, relation: Relation, meta: Partial<RelationMeta>): void {
  const { collection, field, related_collection } = relation;
  const diff: Difference[] = relation.meta
    ? Object.entries(meta).map(([name, rhs]) => ({ kind: "E", path: ["meta", name], rhs }))
    : [{ kind: "E", path: ["meta"], rhs: meta }];
  set.relations.push({ collection, field, related_collection, diff });
}

/** The column that holds a key of another collection. */
const columnFor = (key: KeyColumn): Partial<FieldSchema> => ({
  is_indexed: true,
  ...(key.type === "string" && key.maxLength ? { max_length: key.maxLength } : {}),
});

export class LinkProblem extends Error {
  /** The end of a message id, and the collection that it is about. */
  constructor(
    readonly reason: "target" | "key" | "allowed",
    readonly collection: string,
  ) {
    super(reason);
  }
}

/** Makes changes of drafts, remembering the names that it gave. */
export class Maker {
  readonly set = emptyChangeSet();
  private readonly collections: Set<string>;
  private readonly fields = new Map<string, Set<string>>();
  private readonly keys: Record<string, KeyColumn | null>;

  constructor(private readonly known: Known) {
    this.collections = new Set(known.collections);
    this.keys = { ...known.keys };
  }

  /** A collection of one's own with its key, for what is then added to it. */
  collection(name: string, meta: Record<string, unknown>, key: KeyType, keyName = "id"): void {
    newCollection(this.set, name, meta, true);
    addKey(this.set, name, key, keyName);
    this.collections.add(name);
    this.keys[name] = { field: keyName, type: key, maxLength: key === "string" ? 255 : null };
    this.take(name, keyName);
  }

  /** Add all drafts to their collection. Raises LinkProblem. */
  add(owner: Owner, drafts: readonly FieldDraft[]): void {
    this.keys[owner.name] = owner.key;
    this.collections.add(owner.name);
    for (const name of owner.taken) this.take(owner.name, name);
    for (const draft of drafts) this.take(owner.name, fieldNameOf(draft));
    drafts.forEach((draft, index) => {
      this.field(owner, draft, owner.sort + index);
    });
  }

  private take(collection: string, field: string): void {
    this.taken(collection).add(field);
  }

  private taken(collection: string): Set<string> {
    const found = this.fields.get(collection) ?? new Set(this.known.fields[collection] ?? []);
    this.fields.set(collection, found);
    return found;
  }

  private freeField(collection: string, name: string): string {
    const found = free(name, this.taken(collection));
    this.take(collection, found);
    return found;
  }

  private key(collection: string): KeyColumn {
    if (collection.startsWith("directus_")) return SYSTEM_KEY;
    const key = this.keys[collection];
    if (!key) throw new LinkProblem("key", collection);
    return key;
  }

  private metaOf(draft: FieldDraft, name: string, sort: number): Partial<FieldMeta> {
    const kind = kindOf(draft.kind);
    const choices = draft.choices.map((text) => ({ text, value: nameOf(text) || text }));
    const options = { ...kind.options, ...(kind.choices ? { choices } : {}), ...draft.meta.options };
    const displayOptions = {
      ...kind.displayOptions,
      ...(kind.display === "labels" && kind.choices ? { choices } : {}),
      ...draft.meta.display_options,
    };
    return {
      interface: kind.interface,
      special: kind.special ?? null,
      display: kind.display ?? null,
      width: kind.width ?? "full",
      ...draft.meta,
      options: Object.keys(options).length ? options : null,
      display_options: Object.keys(displayOptions).length ? displayOptions : null,
      translations: draft.meta.translations ?? translationsOf(draft.label, name),
      sort: draft.meta.sort ?? sort,
    };
  }

  private field(owner: Owner, draft: FieldDraft, sort: number): void {
    const kind = kindOf(draft.kind);
    const name = fieldNameOf(draft);
    const meta = this.metaOf(draft, name, sort);
    switch (kind.link) {
      case undefined: {
        addField(this.set, owner.name, name, kind.type, meta, kind.type === "alias" ? null : draft.schema);
        return;
      }
      case "user":
      case "file": {
        const target = kind.link === "user" ? "directus_users" : "directus_files";
        const special = kind.link === "file" ? ["file"] : ["m2o"];
        const schema = { ...columnFor(SYSTEM_KEY), ...draft.schema };
        addField(this.set, owner.name, name, "uuid", { ...meta, special }, schema);
        addRelation(this.set, owner.name, name, target, { one_field: null }, draft.onDelete ?? "SET NULL");
        return;
      }
      case "link":
        if (draft.many) this.manyToMany(owner, draft, name, { ...meta, interface: "list-m2m" }, "m2m");
        else this.manyToOne(owner, draft, name, meta);
        return;
      case "files":
        this.manyToMany(owner, { ...draft, target: "directus_files", reverse: false }, name, meta, "files");
        return;
      case "back":
        this.oneToMany(owner, draft, name, meta);
        return;
      case "tree":
        this.oneToMany(
          owner,
          { ...draft, target: owner.name, reverse: true, reverseLabel: draft.reverseLabel ?? "parent" },
          name,
          meta,
        );
        return;
      case "any":
        this.manyToAny(owner, draft, name, meta);
        return;
      case "translations":
        this.translations(owner, draft, name, meta);
    }
  }

  /** The collection that a link leads to, made where it is new. */
  private target(draft: FieldDraft): string {
    if (draft.target) return draft.target;
    const label = draft.newTarget?.trim() ?? "";
    const name = nameOf(label);
    if (!name) throw new LinkProblem("target", draft.label);
    if (this.collections.has(name)) return name;
    const translations = translationsOf(label, name);
    this.collection(name, { display_template: "{{name}}", translations }, "integer");
    addField(this.set, name, "name", "string", { interface: "input", sort: 2 }, {});
    this.take(name, "name");
    return name;
  }

  /** The field that shows this side at the other one. */
  private reverseName(draft: FieldDraft, owner: Owner, target: string): string | null {
    if (!draft.reverse) return null;
    return this.freeField(target, nameOf(draft.reverseLabel ?? owner.label) || owner.name);
  }

  private manyToOne(owner: Owner, draft: FieldDraft, name: string, meta: Partial<FieldMeta>): void {
    const target = this.target(draft);
    const key = this.key(target);
    const back = this.reverseName(draft, owner, target);
    const schema = { ...columnFor(key), ...draft.schema };
    addField(this.set, owner.name, name, key.type, { ...meta, special: ["m2o"] }, schema);
    if (back) addAlias(this.set, target, back, { interface: "list-o2m", special: ["o2m"], display: "related-values" });
    addRelation(this.set, owner.name, name, target, { one_field: back }, draft.onDelete ?? "SET NULL");
  }

  /** "List of links": the column is at the other collection. */
  private oneToMany(owner: Owner, draft: FieldDraft, name: string, meta: Partial<FieldMeta>): void {
    const target = this.target(draft);
    const key = this.key(owner.name);
    const column = this.freeField(target, nameOf(draft.reverseLabel ?? owner.label) || owner.name);
    const one = {
      interface: "select-dropdown-m2o",
      special: ["m2o"],
      display: "related-values",
      hidden: !draft.reverse,
    };
    addField(this.set, target, column, key.type, one, columnFor(key));
    addAlias(this.set, owner.name, name, { ...meta, special: ["o2m"] });
    addRelation(this.set, target, column, owner.name, { one_field: name }, draft.onDelete ?? "SET NULL");
  }

  private junction(owner: Owner, name: string): { junction: string; back: string } {
    const key = this.key(owner.name);
    const junction = free(name, this.collections);
    this.collection(junction, { hidden: true, icon: "import_export" }, "integer");
    const back = this.freeField(junction, `${owner.name}_${key.field}`);
    addField(this.set, junction, back, key.type, { hidden: true, special: ["m2o"] }, columnFor(key));
    return { junction, back };
  }

  private manyToMany(
    owner: Owner,
    draft: FieldDraft,
    name: string,
    meta: Partial<FieldMeta>,
    special: "m2m" | "files",
  ): void {
    const target = this.target(draft);
    if (draft.junction) {
      this.throughJunction(owner, draft, target, draft.junction, name, { ...meta, special: [special] });
      return;
    }
    const key = this.key(target);
    const { junction, back } = this.junction(
      owner,
      `${owner.name}_${special === "files" ? name : target.replace("directus_", "")}`,
    );
    const there = this.freeField(junction, `${target}_${key.field}`);
    addField(this.set, junction, there, key.type, { hidden: true, special: ["m2o"] }, columnFor(key));
    addField(this.set, junction, this.freeField(junction, "sort"), "integer", { interface: "input", hidden: true }, {});
    addAlias(this.set, owner.name, name, { ...meta, special: [special] });
    const reverse = this.reverseName(draft, owner, target);
    if (reverse) addAlias(this.set, target, reverse, { interface: "list-m2m", special: ["m2m"] });
    const both = { one_deselect_action: "delete" as const };
    addRelation(this.set, junction, there, target, { ...both, one_field: reverse, junction_field: back }, "CASCADE");
    addRelation(
      this.set,
      junction,
      back,
      owner.name,
      { ...both, one_field: name, junction_field: there, sort_field: "sort" },
      "CASCADE",
    );
  }

  /** Links to many that a table keeps which is there: only the fields that show them are new. */
  private throughJunction(
    owner: Owner,
    draft: FieldDraft,
    target: string,
    { collection, back, there }: Junction,
    name: string,
    meta: Partial<FieldMeta>,
  ): void {
    addAlias(this.set, owner.name, name, meta);
    const onwards = this.relation(collection, there);
    const reverse = onwards.meta?.one_field ? null : this.reverseName(draft, owner, target);
    if (reverse) addAlias(this.set, target, reverse, { interface: "list-m2m", special: ["m2m"] });
    changeRelation(this.set, this.relation(collection, back), { one_field: name, junction_field: there });
    changeRelation(this.set, onwards, { ...(reverse ? { one_field: reverse } : {}), junction_field: back });
  }

  private relation(collection: string, field: string): Relation {
    const found = this.known.relations.find((one) => one.collection === collection && one.field === field);
    if (!found) throw new LinkProblem("target", collection);
    return found;
  }

  private manyToAny(owner: Owner, draft: FieldDraft, name: string, meta: Partial<FieldMeta>): void {
    if (draft.allowed.length === 0) throw new LinkProblem("allowed", draft.label);
    const { junction, back } = this.junction(owner, `${owner.name}_${name}`);
    const hidden = { interface: "input", hidden: true };
    addField(this.set, junction, this.freeField(junction, "item"), "string", hidden, { is_indexed: true });
    addField(this.set, junction, this.freeField(junction, "collection"), "string", hidden, { max_length: 64 });
    addField(this.set, junction, this.freeField(junction, "sort"), "integer", hidden, {});
    addAlias(this.set, owner.name, name, { ...meta, special: ["m2a"] });
    const deselect = { one_deselect_action: "delete" as const };
    addRelation(
      this.set,
      junction,
      "item",
      null,
      { one_collection_field: "collection", one_allowed_collections: draft.allowed, junction_field: back },
      "",
    );
    addRelation(
      this.set,
      junction,
      back,
      owner.name,
      { ...deselect, one_field: name, junction_field: "item", sort_field: "sort" },
      "CASCADE",
    );
  }

  private translations(owner: Owner, draft: FieldDraft, name: string, meta: Partial<FieldMeta>): void {
    if (!this.collections.has(LANGUAGES)) {
      this.collection(LANGUAGES, { icon: "translate", display_template: "{{name}}" }, "string", "code");
      addField(this.set, LANGUAGES, "name", "string", { interface: "input", sort: 2 }, {});
      addField(this.set, LANGUAGES, "direction", "string", DIRECTION, { default_value: "ltr" });
    }
    const key = this.key(LANGUAGES);
    const { junction, back } = this.junction(owner, `${owner.name}_translations`);
    const there = this.freeField(junction, `${LANGUAGES}_${key.field}`);
    addField(this.set, junction, there, key.type, { hidden: true, special: ["m2o"] }, columnFor(key));
    draft.translated.forEach((label, index) => {
      const column = this.freeField(junction, nameOf(label));
      const translations = translationsOf(label, column);
      addField(this.set, junction, column, "text", { interface: "input", translations, sort: index + 2 }, {});
    });
    const options = { languageField: "name", languageDirectionField: "direction", ...meta.options };
    addAlias(this.set, owner.name, name, { ...meta, options, special: ["translations"] });
    const deselect = { one_deselect_action: "delete" as const };
    addRelation(this.set, junction, there, LANGUAGES, { junction_field: back }, "SET NULL");
    addRelation(
      this.set,
      junction,
      back,
      owner.name,
      { ...deselect, one_field: name, junction_field: there },
      "CASCADE",
    );
  }
}

const DIRECTION: Partial<FieldMeta> = {
  interface: "select-dropdown",
  sort: 3,
  options: {
    choices: [
      { text: "→", value: "ltr" },
      { text: "←", value: "rtl" },
    ],
  },
};
