/**
 * Where a collection has versions, what is being written is kept on the server: in the version that is open, else in
 * the item's draft, which is made by the first change and goes with the save.
 */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";
import { post, remove } from "~/api/client";
import { useMay } from "~/api/queries";
import type { Collection, Field, Item, Key } from "~/api/types";
import type { Journal } from "~/form/journal";
import type { RuleVariables } from "~/form/rules";
import { t } from "~/i18n/words/item";
import { Autosave, type AutosaveState } from "./autosave";
import type { Kept } from "./drafts";
import { payloadOf } from "./save";
import { DRAFT, forgetVersions, type Version, versionsQuery } from "./versions";

export interface Autosaving {
  state: AutosaveState;
  /** Whether something is not on the server yet. */
  pending: boolean;
  /** Save what is pending; says whether the server has everything. */
  flush: () => Promise<boolean>;
  /** The version that takes the changes; null until the first one was saved. */
  target: () => string | null;
  /** Let a save of the item, or giving up its changes, take the place of its draft. */
  instead: <T>(work: () => Promise<T>, done: (result: T) => boolean) => Promise<T>;
  /** Why the last save failed; null if it did not. */
  failure: () => unknown;
}

/** `autosave`: null where changes are kept on this device only. `kept`: what that needs to know. */
interface Both {
  autosave: Autosaving | null;
  kept: (Kept & { adopt: (version: string) => void }) | undefined;
}

interface Props {
  collection: Collection;
  fields: readonly Field[];
  journal: Journal;
  version: Version | null;
  variables: RuleVariables;
  readonly: boolean;
  /** The item's draft, where it has one: what somebody keeps there is not written over. */
  draft: string | null;
}

/** The draft of an item; null where there is none, or none can be. */
export function useDraft(collection: Collection, key: Key | null): Version | null {
  const may = useMay("directus_versions", "read").access !== "none";
  const enabled = Boolean(collection.meta?.versioning) && may && key !== null;
  const { data } = useQuery({ ...versionsQuery(collection.collection, key ?? ""), enabled });
  return data?.find((one) => one.key === DRAFT) ?? null;
}

export function useAutosave({ collection, fields, journal, version, variables, readonly, draft }: Props): Both {
  const mayUpdate = useMay("directus_versions", "update").access !== "none";
  const mayCreate = useMay("directus_versions", "create").access !== "none";
  const { key } = journal.node(journal.root);
  const [kept] = useState(() => {
    if (!collection.meta?.versioning || key === null) return null;
    return new Keeper(collection.collection, journal, () => payloadOf(journal, fields, variables), version);
  });
  const free = version !== null || (mayCreate && (draft === null || draft === kept?.target()));
  const active = kept !== null && !readonly && mayUpdate && free;
  useEffect(() => {
    if (!kept || !active) return;
    return kept.open();
  }, [kept, active]);
  const state = useSyncExternalStore(kept?.subscribe ?? never, kept?.state ?? nothing);
  const pending = useSyncExternalStore(kept ? journal.subscribe : never, kept?.unsaved ?? saved);
  return {
    autosave: kept && active ? { state, pending, ...kept.verbs } : null,
    kept: kept ?? undefined,
  };
}

const IDLE: AutosaveState = { phase: "idle", at: null, error: null };
const never = () => () => {};
const nothing = () => IDLE;
const saved = () => false;

class Keeper {
  private autosave: Autosave | null = null;
  private readonly collection: string;
  private readonly journal: Journal;
  private readonly payload: () => Item;
  private readonly fixed: string | null;
  private readonly first: Item;
  private id: string | null;
  private readonly waiting = new Set<() => void>();

  constructor(collection: string, journal: Journal, payload: () => Item, version: Version | null) {
    this.collection = collection;
    this.journal = journal;
    this.payload = payload;
    this.fixed = version?.id ?? null;
    this.id = this.fixed;
    this.first = version ? structuredClone(payload()) : {};
  }

  /** Begin to keep; gives what ends that. */
  open = (): (() => void) => {
    const autosave = new Autosave({
      payload: this.payload,
      subscribe: this.journal.subscribe,
      write: this.write,
      kept: this.first,
    });
    this.autosave = autosave;
    const ends = [...this.waiting].map((listener) => autosave.subscribe(listener));
    return () => {
      for (const end of ends) end();
      autosave.close();
      if (this.autosave === autosave) this.autosave = null;
    };
  };

  subscribe = (listener: () => void): (() => void) => {
    this.waiting.add(listener);
    const end = this.autosave?.subscribe(listener);
    return () => {
      this.waiting.delete(listener);
      end?.();
    };
  };
  state = (): AutosaveState => this.autosave?.state() ?? IDLE;
  unsaved = (): boolean => this.autosave?.pending() ?? this.journal.hasChanges(this.journal.root);
  flush = async (): Promise<boolean> => (await this.autosave?.flush()) ?? false;
  failure = (): unknown => (this.state().phase === "failed" ? this.state().error : null);
  target = (): string | null => this.id;
  adopt = (version: string): void => {
    this.id = version;
  };

  private write = async (changed: Item, dropped: string[], all: Item): Promise<void> => {
    if (this.fixed === null && Object.keys(all).length === 0) return this.forget();
    const id = this.id ?? (await this.make());
    await post(`/versions/${id}/save`, changed, dropped.length > 0 ? { drop: dropped.join(",") } : undefined);
  };

  private async make(): Promise<string> {
    const item = String(this.journal.node(this.journal.root).key);
    // refused where somebody made one meanwhile: what they keep there is not written over
    const body = { collection: this.collection, item, key: DRAFT, name: t("item.version.draft") };
    const { id } = await post<Version>("/versions", body);
    this.id = id;
    void forgetVersions();
    return id;
  }

  private async forget(): Promise<void> {
    const id = this.id;
    if (id === null || this.fixed !== null) return;
    this.id = null;
    await remove(`/versions/${id}`).catch(() => {});
    void forgetVersions();
  }

  instead = async <T>(work: () => Promise<T>, done: (result: T) => boolean): Promise<T> => {
    if (!this.autosave || this.fixed !== null) return work();
    let result: T | undefined;
    await this.autosave.settle(async () => {
      result = await work();
      if (!done(result)) return null;
      await this.forget();
      return {};
    });
    return result as T;
  };

  readonly verbs = { flush: this.flush, target: this.target, instead: this.instead, failure: this.failure };
}
