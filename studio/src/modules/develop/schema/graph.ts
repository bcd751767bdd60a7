/** Collections and their links as boxes and lines, put in places where they can be read. */
import dagre from "@dagrejs/dagre";
import type { Collection, Field, Relation } from "~/api/types";
import { isFolder, isSystem } from "./tree";

export interface Box {
  name: string;
  fields: readonly Field[];
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Line {
  id: string;
  from: string;
  to: string;
  field: string;
  /** The field at the other side that shows it. */
  back: string | null;
  /** It can lead to several collections. */
  any: boolean;
}

export const WIDTH = 220;
export const HEAD = 36;
export const ROW = 22;
export const SHOWN = 8;

/** The lines of the relations, in a fixed order. A relation to several collections is a line to each. */
export function linesOf(relations: readonly Relation[], shown: ReadonlySet<string>): Line[] {
  return relations.flatMap((one): Line[] => {
    const any = one.related_collection === null;
    const targets = any ? (one.meta?.one_allowed_collections ?? []) : [one.related_collection as string];
    return targets
      .filter((target) => shown.has(one.collection) && shown.has(target))
      .map((target) => ({
        id: `${one.collection}.${one.field}>${target}`,
        from: one.collection,
        to: target,
        field: one.field,
        back: one.meta?.one_field ?? null,
        any,
      }));
  });
}

/** The collections that a map shows: own ones with a table, and of the system's those that own ones link to. */
export function shownIn(collections: readonly Collection[], relations: readonly Relation[]): string[] {
  const own = collections.filter((one) => !isFolder(one) && !isSystem(one)).map((one) => one.collection);
  const names = new Set(own);
  const linked = collections
    .filter(isSystem)
    .map((one) => one.collection)
    .filter((name) =>
      relations.some(
        (one) =>
          names.has(one.collection) &&
          (one.related_collection === name || one.meta?.one_allowed_collections?.includes(name)),
      ),
    );
  return [...own, ...linked];
}

export const heightOf = (fields: readonly Field[]): number =>
  HEAD + Math.min(fields.length, SHOWN + (fields.length > SHOWN ? 1 : 0)) * ROW + 8;

/** Boxes without overlap, with what links to something at its left. */
export function layout(fields: Readonly<Record<string, readonly Field[]>>, lines: readonly Line[]): Box[] {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 32, ranksep: 88, marginx: 24, marginy: 24 });
  graph.setDefaultEdgeLabel(() => ({}));
  const names = Object.keys(fields);
  for (const name of names) graph.setNode(name, { width: WIDTH, height: heightOf(fields[name] ?? []) });
  for (const line of lines) if (line.from !== line.to) graph.setEdge(line.from, line.to);
  dagre.layout(graph);
  return names.map((name) => {
    const { x, y, width, height } = graph.node(name) as { x: number; y: number; width: number; height: number };
    return { name, fields: fields[name] ?? [], x: x - width / 2, y: y - height / 2, width, height };
  });
}
