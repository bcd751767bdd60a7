/** A list of descriptors by their ids, followed by whoever draws it. */
import { useSyncExternalStore } from "react";

export class Kind<Descriptor extends { id: string }> {
  private readonly known = new Map<string, Descriptor>();
  private readonly listeners = new Set<() => void>();
  private list: Descriptor[] = [];

  /** A later descriptor of the same id replaces the earlier one. */
  register(descriptor: Descriptor): void {
    this.known.set(descriptor.id, descriptor);
    this.list = [...this.known.values()];
    for (const listener of this.listeners) listener();
  }

  get = (id: string | null | undefined): Descriptor | undefined => (id ? this.known.get(id) : undefined);
  all = (): Descriptor[] => this.list;
  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}

/** All descriptors of a kind, following what is registered later. */
export function useAll<Descriptor extends { id: string }>(kind: Kind<Descriptor>): Descriptor[] {
  return useSyncExternalStore(kind.subscribe, kind.all);
}
