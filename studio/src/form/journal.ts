/**
 * One journal for a whole open graph of items: what a person changed in an item, in those linked to it, and in the
 * links, until it is saved in one nested write. Drawers are views on it: closing one loses nothing.
 *
 * Items are nodes: an existing one is named by collection and key, so that two ways to it lead to the same changes; a
 * new one has a name of its own. A to-one field holds a key, null, or a reference to a node; a to-many field holds
 * which rows come and go. A changed order is a change of the rows' sort fields.
 */
import type { Item, Key } from "~/api/types";
import { type FieldStore, Listeners, same, unchanged } from "./store";

export type NodeId = string;

/** A to-one value that leads to another node of the journal: to a new item. */
export interface NodeRef {
  $node: NodeId;
}

const NEW = "$new:";
/** Whether something names a new item of a journal. */
export const isNewNode = (value: unknown): value is NodeId => typeof value === "string" && value.startsWith(NEW);

export const isRef = (value: unknown): value is NodeRef =>
  typeof value === "object" && value !== null && typeof (value as NodeRef).$node === "string";

/** What happens to the rows of a to-many field. */
export interface Links {
  /** New rows, in the order of their making. */
  created: NodeId[];
  /** Rows of others that come here. */
  linked: Key[];
  /** Rows that go: given up, or deleted where the relation says so. */
  removed: Key[];
  /** Existing rows that were opened or moved; the changed ones are saved with this item. */
  opened: NodeId[];
  /** What the rows' key and place are called. */
  primaryKey?: string;
  sortField?: string;
}

export interface Node {
  id: NodeId;
  collection: string;
  /** null for a new item. */
  key: Key | null;
  primaryKey: string;
  /** Values that the server has, as far as they are known here. */
  base: Item;
  sets: Item;
  links: Record<string, Links>;
  /** To-one fields whose existing item was opened. */
  ones: Record<string, NodeId>;
}

export type EntryKind = "set" | "create" | "link" | "unlink" | "move";

/** One change as a person sees it. */
export interface Entry {
  id: string;
  node: NodeId;
  collection: string;
  key: Key | null;
  field: string;
  kind: EntryKind;
  /** For rows that come, go or move: which. */
  rows?: (Key | NodeId)[];
  undo: () => void;
}

export interface JournalData {
  root: NodeId;
  next: number;
  nodes: Node[];
}

const NO_LINKS: Links = { created: [], linked: [], removed: [], opened: [] };
const isEmpty = (links: Links) => links.created.length + links.linked.length + links.removed.length === 0;

export class Journal {
  readonly root: NodeId;
  private readonly nodes = new Map<NodeId, Node>();
  private readonly listeners = new Map<NodeId, Listeners>();
  private readonly every = new Listeners();
  private readonly stores = new Map<NodeId, FieldStore>();
  private next = 1;
  private count = 0;

  constructor(root: { collection: string; key: Key | null; primaryKey: string; base?: Item } | JournalData) {
    if ("nodes" in root) {
      this.root = root.root;
      this.next = root.next;
      for (const node of root.nodes) this.nodes.set(node.id, structuredClone(node));
    } else {
      this.root = this.open(root.collection, root.key, root.primaryKey, root.base);
    }
  }

  /** Rises with every change, for those who follow the whole. */
  version = (): number => this.count;
  subscribe = (listener: () => void): (() => void) => this.every.subscribe(null, listener);

  node(id: NodeId): Node {
    const node = this.nodes.get(id);
    if (!node) throw new Error(`The journal has no node "${id}".`);
    return node;
  }

  has = (id: NodeId): boolean => this.nodes.has(id);

  /** The node of an item, made if there is none. `base` adds to what is known of its stored values. */
  open(collection: string, key: Key | null, primaryKey: string, base: Item = {}): NodeId {
    const id = key === null ? `${NEW}${this.next++}` : `${collection}/${key}`;
    const known = this.nodes.get(id);
    if (known) this.learn(id, base);
    else this.nodes.set(id, { id, collection, key, primaryKey, base, sets: {}, links: {}, ones: {} });
    return id;
  }

  /** Stored values as the server has them now. Changes that say the same are no changes any more. */
  learn(id: NodeId, base: Item): void {
    const node = this.node(id);
    const changed = Object.keys(base).filter((field) => !same(node.base[field], base[field]));
    if (changed.length === 0) return;
    node.base = { ...node.base, ...base };
    for (const field of changed) {
      if (field in node.sets && unchanged(node.sets[field], base[field])) delete node.sets[field];
    }
    this.tell(id, ...changed);
  }

  get = (id: NodeId, field: string): unknown => {
    const node = this.node(id);
    return field in node.sets ? node.sets[field] : node.base[field];
  };

  set(id: NodeId, field: string, value: unknown): void {
    const node = this.node(id);
    if (Object.is(this.get(id, field), value)) return;
    if (!isRef(value) && unchanged(value, node.base[field])) delete node.sets[field];
    else node.sets[field] = value;
    this.tell(id, field);
  }

  undo(id: NodeId, field: string): void {
    const node = this.node(id);
    const below = this.links(id, field);
    for (const row of below.created) this.nodes.delete(row);
    for (const row of below.opened) this.reset(row);
    const one = this.opened(node, field);
    if (one !== undefined) this.reset(one);
    delete node.sets[field];
    delete node.links[field];
    this.tell(id, field);
  }

  /** Give up the changes of a node and below it. */
  reset(id: NodeId): void {
    if (!this.nodes.has(id)) return;
    const node = this.node(id);
    const fields = [...Object.keys(node.sets), ...Object.keys(node.links), ...Object.keys(node.ones)];
    node.sets = {};
    for (const field of Object.keys(node.links)) this.undo(id, field);
    for (const one of Object.values(node.ones)) if (one !== id) this.reset(one);
    node.ones = {};
    this.tell(id, ...fields);
  }

  dirty(id: NodeId, field: string): boolean {
    const node = this.node(id);
    const links = node.links[field];
    if (field in node.sets) return true;
    if (links && (!isEmpty(links) || links.opened.some((row) => this.hasChanges(row)))) return true;
    const one = this.opened(node, field);
    return one !== undefined && this.hasChanges(one);
  }

  /** Whether saving a node would write something, in it or below it. */
  hasChanges(id: NodeId, seen: Set<NodeId> = new Set()): boolean {
    if (seen.has(id)) return false;
    seen.add(id);
    const node = this.node(id);
    if (Object.keys(node.sets).length > 0) return true;
    if (
      Object.values(node.links).some(
        (links) => !isEmpty(links) || links.opened.some((row) => this.hasChanges(row, seen)),
      )
    )
      return true;
    return Object.keys(node.ones).some((field) => {
      const one = this.opened(node, field);
      return one !== undefined && this.hasChanges(one, seen);
    });
  }

  /** The node of the existing item that a to-one field leads to now, if it was opened. */
  private opened(node: Node, field: string): NodeId | undefined {
    const id = node.ones[field];
    if (id === undefined || !this.nodes.has(id)) return undefined;
    const value = keyOf(this.get(node.id, field), this.node(id).primaryKey);
    return value !== null && String(value) === String(this.node(id).key) ? id : undefined;
  }

  // links

  links = (id: NodeId, field: string): Readonly<Links> => this.node(id).links[field] ?? NO_LINKS;

  private change(id: NodeId, field: string, change: (links: Links) => Partial<Links>): void {
    const node = this.node(id);
    const before = node.links[field] ?? NO_LINKS;
    const after = { ...before, ...change(before) };
    if (isEmpty(after) && after.opened.length === 0) delete node.links[field];
    else node.links[field] = after;
    this.tell(id, field);
  }

  /** A new row for a to-many field, with first values. */
  create(id: NodeId, field: string, collection: string, primaryKey: string, values: Item = {}): NodeId {
    const row = this.open(collection, null, primaryKey);
    this.node(row).sets = { ...values };
    this.change(id, field, (links) => ({ created: [...links.created, row] }));
    return row;
  }

  /** A new row that is not part of the field yet: it is once it has values. */
  prepare(id: NodeId, field: string, collection: string, primaryKey: string, values: Item): NodeId {
    const row = this.open(collection, null, primaryKey);
    this.node(row).sets = { ...values };
    const end = this.listenersOf(row).subscribe(null, () => {
      if (!this.nodes.has(row)) return end();
      if (!this.nodes.has(id) || Object.keys(this.node(row).sets).every((name) => name in values)) return;
      end();
      this.change(id, field, (links) => (links.created.includes(row) ? {} : { created: [...links.created, row] }));
    });
    return row;
  }

  /** A new item for a to-one field. */
  createOne(id: NodeId, field: string, collection: string, primaryKey: string, values: Item = {}): NodeId {
    const one = this.open(collection, null, primaryKey);
    this.node(one).sets = { ...values };
    this.set(id, field, { $node: one } satisfies NodeRef);
    return one;
  }

  /** The existing item of a to-one field, to be changed with this one. */
  openOne(id: NodeId, field: string, collection: string, key: Key, primaryKey: string, base?: Item): NodeId {
    const one = this.open(collection, key, primaryKey, base);
    this.node(id).ones[field] = one;
    return one;
  }

  /** An existing row of a to-many field, to be changed with this item. */
  openRow(id: NodeId, field: string, collection: string, key: Key, primaryKey: string, base?: Item): NodeId {
    const row = this.open(collection, key, primaryKey, base);
    const known = this.node(id).links[field]?.opened.includes(row);
    if (!known)
      this.node(id).links[field] = { ...this.links(id, field), opened: [...this.links(id, field).opened, row] };
    return row;
  }

  link(id: NodeId, field: string, keys: readonly Key[], primaryKey: string): void {
    this.change(id, field, (links) => ({
      primaryKey,
      removed: links.removed.filter((one) => !keys.includes(one)),
      linked: [...links.linked, ...keys.filter((key) => !links.linked.includes(key) && !links.removed.includes(key))],
    }));
  }

  /** Let a row go: a stored one by its key, a new one by its node. */
  unlink(id: NodeId, field: string, row: Key | NodeId): void {
    const links = this.links(id, field);
    if (links.created.includes(row as NodeId)) {
      this.nodes.delete(row as NodeId);
      this.change(id, field, ({ created }) => ({ created: created.filter((one) => one !== row) }));
    } else if (links.linked.includes(row)) {
      this.change(id, field, ({ linked }) => ({ linked: linked.filter((one) => one !== row) }));
    } else if (!links.removed.includes(row)) {
      this.change(id, field, ({ removed }) => ({ removed: [...removed, row] }));
    }
  }

  /** Give rows of a to-many field other places: nodes of it, by what their sort field shall hold. */
  place(id: NodeId, field: string, sortField: string, places: ReadonlyMap<NodeId, number>): void {
    for (const [row, place] of places) this.set(row, sortField, place);
    this.change(id, field, () => ({ sortField }));
  }

  restore(id: NodeId, field: string, key: Key): void {
    this.change(id, field, ({ removed }) => ({ removed: removed.filter((one) => one !== key) }));
  }

  // what is drawn

  store(id: NodeId): FieldStore {
    const known = this.stores.get(id);
    if (known) return known;
    let kept: { version: number; values: Item } | undefined;
    const store: FieldStore = {
      // a node that was saved meanwhile is gone; who still draws it sees nothing
      get: (field) => (this.nodes.has(id) ? this.get(id, field) : undefined),
      initial: (field) => this.nodes.get(id)?.base[field],
      set: (field, value) => this.set(id, field, value),
      dirty: (field) => this.nodes.has(id) && this.dirty(id, field),
      undo: (field) => this.undo(id, field),
      subscribe: (fields, listener) => this.listenersOf(id).subscribe(fields, listener),
      snapshot: () => {
        if (kept?.version !== this.count) {
          const { base, sets } = this.nodes.get(id) ?? { base: {}, sets: {} };
          kept = { version: this.count, values: { ...base, ...sets } };
        }
        return kept.values;
      },
    };
    this.stores.set(id, store);
    return store;
  }

  private listenersOf(id: NodeId): Listeners {
    const found = this.listeners.get(id) ?? new Listeners();
    this.listeners.set(id, found);
    return found;
  }

  /** Tell those who follow a field, and upwards those who show that something below them changed. */
  private tell(id: NodeId, ...fields: string[]): void {
    this.count++;
    this.listenersOf(id).tell(...fields);
    const seen = new Set([id]);
    const upwards = (child: NodeId) => {
      for (const node of this.nodes.values()) {
        if (seen.has(node.id)) continue;
        const fields = fieldsTo(node, child);
        if (fields.length === 0) continue;
        seen.add(node.id);
        this.listenersOf(node.id).tell(...fields);
        upwards(node.id);
      }
    };
    upwards(id);
    this.every.tell();
  }

  /** All changes that a save would write, from the root down. */
  entries(): Entry[] {
    const found: Entry[] = [];
    const places = new Map<NodeId, string>();
    this.walk((node) => {
      const add = (field: string, kind: EntryKind, undo: () => void, rows?: (Key | NodeId)[]) =>
        found.push({
          id: `${node.id}.${field}.${kind}.${rows?.join() ?? ""}`,
          node: node.id,
          collection: node.collection,
          key: node.key,
          field,
          kind,
          rows,
          undo,
        });
      for (const [field, links] of Object.entries(node.links)) {
        const { sortField } = links;
        if (sortField !== undefined) {
          const rows = links.opened.filter((row) => sortField in this.node(row).sets);
          for (const row of links.opened) places.set(row, sortField);
          if (rows.length > 0)
            add(
              field,
              "move",
              () => {
                for (const row of rows) this.undo(row, sortField);
              },
              rows,
            );
        }
        for (const row of links.created) add(field, "create", () => this.unlink(node.id, field, row), [row]);
        for (const row of links.linked) add(field, "link", () => this.unlink(node.id, field, row), [row]);
        for (const row of links.removed) add(field, "unlink", () => this.restore(node.id, field, row), [row]);
      }
      for (const field of Object.keys(node.sets)) {
        if (places.get(node.id) === field) continue;
        // the fields of a new row are told by its "create"
        if (node.key === null && node.id !== this.root) continue;
        const value = node.sets[field];
        if (isRef(value)) add(field, "create", () => this.undo(node.id, field), [value.$node]);
        else add(field, "set", () => this.undo(node.id, field));
      }
    });
    return found;
  }

  /** Visit the nodes that a save reaches, each once, parents first. */
  private walk(visit: (node: Node) => void, id: NodeId = this.root, seen: Set<NodeId> = new Set()): void {
    if (seen.has(id) || !this.nodes.has(id)) return;
    seen.add(id);
    const node = this.node(id);
    visit(node);
    for (const value of Object.values(node.sets)) if (isRef(value)) this.walk(visit, value.$node, seen);
    for (const field of Object.keys(node.ones)) {
      const one = this.opened(node, field);
      if (one !== undefined) this.walk(visit, one, seen);
    }
    for (const links of Object.values(node.links)) {
      for (const row of links.created) this.walk(visit, row, seen);
      for (const row of links.opened)
        if (!links.removed.includes(this.node(row).key as Key)) this.walk(visit, row, seen);
    }
  }

  /** All changes as one nested write: plain values, objects for to-one, `{create, update, delete}` for to-many. */
  payload(id: NodeId = this.root, seen: Set<NodeId> = new Set()): Item {
    seen.add(id);
    const node = this.node(id);
    const written: Item = {};
    for (const [field, value] of Object.entries(node.sets)) {
      written[field] = isRef(value) ? (this.nodes.has(value.$node) ? this.payload(value.$node, seen) : null) : value;
    }
    for (const field of Object.keys(node.ones)) {
      const one = this.opened(node, field);
      if (one === undefined || seen.has(one)) continue;
      const changes = this.payload(one, seen);
      if (Object.keys(changes).length > 0)
        written[field] = { [this.node(one).primaryKey]: this.node(one).key, ...changes };
    }
    for (const [field, links] of Object.entries(node.links)) {
      const update: Item[] = [];
      const linked = new Map(links.linked.map((key) => [String(key), key]));
      for (const row of links.opened) {
        const { key, primaryKey } = this.node(row);
        if (seen.has(row) || links.removed.includes(key as Key)) continue;
        const changes = this.payload(row, seen);
        const isLinked = linked.delete(String(key));
        if (isLinked || Object.keys(changes).length > 0) update.push({ [primaryKey]: key, ...changes });
      }
      for (const key of linked.values()) update.push({ [links.primaryKey ?? "id"]: key });
      const create = links.created.filter((row) => this.nodes.has(row)).map((row) => this.payload(row, seen));
      if (create.length + update.length + links.removed.length > 0) {
        written[field] = { create, update, delete: [...links.removed] };
      }
    }
    return written;
  }

  // saving

  /** The collections of all items that a save writes. */
  collections(): string[] {
    const found = new Set<string>();
    this.walk(({ collection, key, sets, links }) => {
      if (key === null || Object.keys(sets).length + Object.keys(links).length > 0) found.add(collection);
    });
    return [...found];
  }

  /** What is about to be saved, for `settle`. */
  mark(): JournalData {
    return this.data();
  }

  /** What was saved is stored now; what changed in between stays a change. Only the root keeps being known. */
  settle(mark: JournalData, saved: Item): void {
    const root = this.node(this.root);
    const before = mark.nodes.find((node) => node.id === this.root);
    const later: Item = {};
    for (const [field, value] of Object.entries(root.sets)) {
      if (!before || !(field in before.sets) || !same(before.sets[field], value)) later[field] = value;
    }
    const fields = new Set([
      ...Object.keys(root.sets),
      ...Object.keys(root.links),
      ...Object.keys(root.ones),
      ...Object.keys(saved),
    ]);
    root.base = { ...root.base, ...saved };
    root.sets = later;
    root.links = {};
    root.ones = {};
    this.drop();
    this.tell(this.root, ...fields);
  }

  /** Know the root alone from now on. */
  private drop(): void {
    const others = [...this.nodes.keys()].filter((id) => id !== this.root);
    for (const id of others) this.nodes.delete(id);
    this.count++;
    for (const id of others) this.listenersOf(id).tell();
  }

  /** Give up all changes. */
  discard(): void {
    const root = this.node(this.root);
    const fields = [...Object.keys(root.sets), ...Object.keys(root.links), ...Object.keys(root.ones)];
    root.sets = {};
    root.links = {};
    root.ones = {};
    this.drop();
    this.tell(this.root, ...fields);
  }

  /** All that is needed to go on later, as JSON: the changes, and the stored values that they replace. */
  data(): JournalData {
    const nodes: Node[] = [];
    this.walk((node) => {
      const base = Object.fromEntries(
        Object.entries(node.base).filter(([field]) => field in node.sets || field === node.primaryKey),
      );
      nodes.push(structuredClone({ ...node, base }));
    });
    return { root: this.root, next: this.next, nodes };
  }

  /** Take up changes that were kept. The stored values are those of now. */
  resume(data: JournalData): void {
    this.next = Math.max(this.next, data.next);
    const fields = new Set<string>();
    for (const kept of data.nodes) {
      const known = this.nodes.get(kept.id);
      const base = known ? known.base : kept.base;
      const sets = Object.fromEntries(
        Object.entries(kept.sets).filter(([field, value]) => isRef(value) || !unchanged(value, base[field])),
      );
      this.nodes.set(kept.id, { ...structuredClone(kept), base: { ...kept.base, ...known?.base }, sets });
      if (kept.id === this.root)
        for (const name of [...Object.keys(kept.sets), ...Object.keys(kept.links), ...Object.keys(kept.ones)])
          fields.add(name);
    }
    this.tell(this.root, ...fields);
    for (const { id } of data.nodes) if (id !== this.root) this.listenersOf(id).tell();
  }
}

/** The key that a to-one value stands for; null for nothing and for new items. */
export function keyOf(value: unknown, primaryKey: string): Key | null {
  if (value === null || value === undefined || isRef(value)) return null;
  if (typeof value === "object") return ((value as Item)[primaryKey] as Key | undefined) ?? null;
  return value as Key;
}

/** The fields of a node that lead to another one. */
function fieldsTo({ sets, ones, links }: Node, child: NodeId): string[] {
  const isLinked = ({ created, opened }: Links) => created.includes(child) || opened.includes(child);
  const found = [
    ...Object.keys(sets).filter((field) => isRef(sets[field]) && sets[field].$node === child),
    ...Object.keys(ones).filter((field) => ones[field] === child),
    ...Object.keys(links).filter((field) => isLinked(links[field] ?? NO_LINKS)),
  ];
  return [...new Set(found)];
}
