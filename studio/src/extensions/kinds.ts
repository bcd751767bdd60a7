/**
 * What is known of interfaces, displays, layouts and panels. Descriptors are data; components are loaded when drawn.
 *
 * Displays and layouts are here from the start: every list needs them. The many interfaces come with `registry`.
 */
import { useSyncExternalStore } from "react";
import { hasMessage, locale, t } from "~/i18n/i18n";
import type { DisplayDescriptor, InterfaceDescriptor, LayoutDescriptor, PanelDescriptor, Text } from "./contract";

class Kind<Descriptor extends { id: string }> {
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

export const interfaces = new Kind<InterfaceDescriptor>();
export const displays = new Kind<DisplayDescriptor>();
export const layouts = new Kind<LayoutDescriptor>();
export const panels = new Kind<PanelDescriptor>();

/** All descriptors of a kind, following what is registered later. */
export function useAll<Descriptor extends { id: string }>(kind: Kind<Descriptor>): Descriptor[] {
  return useSyncExternalStore(kind.subscribe, kind.all);
}

/** A descriptor's text in the current language; built-in ones name a message. */
export function textOf(text: Text): string {
  if (typeof text === "string") return hasMessage(text) ? t(text) : text;
  return text[locale()] ?? text.en ?? Object.values(text)[0] ?? "";
}

/** Register what modules found by a glob export as `descriptor`. */
export function load<D extends { id: string }>(kind: Kind<D>, found: Record<string, unknown>): void {
  for (const module of Object.values(found)) kind.register((module as { descriptor: D }).descriptor);
}

load(displays, import.meta.glob("../displays/*/index.ts", { eager: true }));
load(layouts, import.meta.glob("../layouts/*/index.ts", { eager: true }));
