/**
 * What is known of interfaces, displays, layouts and panels. Descriptors are data; components are loaded when drawn.
 *
 * Displays and layouts are here from the start: every list needs them. The many interfaces come with `registry`, panels
 * with `~/panels/all`.
 */
import type { DisplayDescriptor, InterfaceDescriptor, LayoutDescriptor, PanelDescriptor } from "./contract";
import { Kind } from "./kind";

// biome-ignore lint/performance/noBarrelFile: who draws by descriptors needs all of it
export { useAll } from "./kind";
export { textOf } from "./texts";

export const interfaces = new Kind<InterfaceDescriptor>();
export const displays = new Kind<DisplayDescriptor>();
export const layouts = new Kind<LayoutDescriptor>();
export const panels = new Kind<PanelDescriptor>();

/** Register what modules found by a glob export as `descriptor`. */
export function load<D extends { id: string }>(kind: Kind<D>, found: Record<string, unknown>): void {
  for (const module of Object.values(found)) kind.register((module as { descriptor: D }).descriptor);
}

load(displays, import.meta.glob("../displays/*/index.ts", { eager: true }));
load(layouts, import.meta.glob("../layouts/*/index.ts", { eager: true }));
