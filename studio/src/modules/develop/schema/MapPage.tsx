/** Develop → Schema → Map: collections as boxes with their links as lines; the same as a list for those who don't see it. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import {
  Background,
  Controls,
  type Edge,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  useNodesState,
} from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { KeyRound, Link2, Waypoints } from "lucide-react";
import { memo, useMemo, useState } from "react";
import { collectionName } from "~/api/names";
import { fieldsQuery, queryClient, useCollections, useRelations } from "~/api/queries";
import type { Field } from "~/api/types";
import { direction } from "~/i18n/i18n";
import { t } from "~/i18n/words/admin";
import { PageHeader } from "~/kit/bits";
import { Empty, Failed, Loading } from "~/kit/states";
import { Tabs } from "~/kit/Tabs";
import { useTitle } from "~/kit/title";
import { usePreferences } from "~/shell/preferences";
import { type Box, HEAD, type Line, layout, linesOf, ROW, SHOWN, shownIn } from "./graph";
import "./map.css";

export function MapPage() {
  useTitle(t("develop.room.map"));
  const navigate = useNavigate();
  const collections = useCollections();
  const relations = useRelations();
  const names = useMemo(() => shownIn(collections, relations), [collections, relations]);
  const [view, setView] = useState("map");
  const loaded = useQuery({
    queryKey: ["schema-map", names],
    queryFn: async () => {
      const all = await Promise.all(names.map((name) => queryClient.ensureQueryData(fieldsQuery(name))));
      return Object.fromEntries(names.map((name, index) => [name, all[index] ?? []]));
    },
    staleTime: 0,
  });
  const lines = useMemo(() => linesOf(relations, new Set(names)), [relations, names]);
  const label = (name: string) => {
    const found = collections.find((one) => one.collection === name);
    return found ? collectionName(found) : name;
  };
  const open = (name: string) => void navigate({ to: `/develop/schema/${encodeURIComponent(name)}` as string });
  return (
    <>
      <PageHeader title={t("develop.room.map")} />
      {names.length === 0 ? (
        <Empty icon={<Waypoints size={20} />} title={t("develop.empty")} />
      ) : loaded.error ? (
        <Failed error={loaded.error} onRetry={() => void loaded.refetch()} />
      ) : !loaded.data ? (
        <Loading />
      ) : (
        <Tabs
          className="flex-1 px-6 pb-4 max-sm:px-4"
          label={t("develop.room.map")}
          selected={view}
          onSelect={setView}
          tabs={[
            {
              id: "map",
              title: t("develop.map.map"),
              content: <Canvas key={names.join()} fields={loaded.data} lines={lines} label={label} open={open} />,
            },
            {
              id: "list",
              title: t("develop.map.list"),
              content: <Lines names={names} lines={lines} label={label} open={open} />,
            },
          ]}
        />
      )}
    </>
  );
}

interface BoxData extends Record<string, unknown> {
  box: Box;
  title: string;
  links: ReadonlySet<string>;
}

const NODE_TYPES = { collection: memo(CollectionBox) };

function Canvas({
  fields,
  lines,
  label,
  open,
}: {
  fields: Readonly<Record<string, readonly Field[]>>;
  lines: readonly Line[];
  label: (name: string) => string;
  open: (name: string) => void;
}) {
  const { theme } = usePreferences();
  const initial = useMemo(
    () =>
      layout(fields, lines).map(
        (box): Node<BoxData> => ({
          id: box.name,
          type: "collection",
          position: { x: box.x, y: box.y },
          width: box.width,
          height: box.height,
          ariaLabel: t("develop.map.box", { name: label(box.name) }),
          data: {
            box,
            title: label(box.name),
            links: new Set(lines.filter((line) => line.from === box.name).map((line) => line.field)),
          },
        }),
      ),
    [fields, lines, label],
  );
  const [nodes, , onNodesChange] = useNodesState(initial);
  const edges = lines.map(
    (line): Edge => ({
      id: line.id,
      source: line.from,
      target: line.to,
      ariaLabel: t("develop.map.line", { from: label(line.from), field: line.field, to: label(line.to) }),
      markerEnd: { type: MarkerType.ArrowClosed, color: "var(--st-fg-3)" },
      style: { stroke: "var(--st-fg-3)", strokeDasharray: line.any ? "5 4" : undefined },
      focusable: false,
    }),
  );
  return (
    <div className="schema-map h-full min-h-96 overflow-hidden rounded-card border border-line bg-sunken" dir="ltr">
      <ReactFlow
        nodes={nodes}
        edges={edges}
        onNodesChange={onNodesChange}
        nodeTypes={NODE_TYPES}
        onNodeDoubleClick={(_, node) => open(node.id)}
        onNodeClick={(event, node) => {
          if (event.detail === 1 && !event.shiftKey) open(node.id);
        }}
        onKeyDown={(event) => {
          const id = (event.target as HTMLElement).closest<HTMLElement>(".react-flow__node")?.dataset.id;
          if (event.key === "Enter" && id) open(id);
        }}
        nodesConnectable={false}
        edgesFocusable={false}
        deleteKeyCode={null}
        colorMode={theme === "auto" ? "system" : theme}
        fitView
        fitViewOptions={{ maxZoom: 1 }}
        minZoom={0.1}
        proOptions={{ hideAttribution: true }}
        ariaLabelConfig={{
          "node.a11yDescription.default": t("develop.map.keys"),
          "node.a11yDescription.keyboardDisabled": t("develop.map.keys"),
          // no edge takes the focus
          "edge.a11yDescription.default": "",
          "controls.ariaLabel": t("develop.map.controls"),
          "controls.zoomIn.ariaLabel": t("develop.map.zoom_in"),
          "controls.zoomOut.ariaLabel": t("develop.map.zoom_out"),
          "controls.fitView.ariaLabel": t("develop.map.fit"),
        }}
      >
        <Background color="var(--st-line)" />
        <Controls position="bottom-right" showInteractive={false} />
      </ReactFlow>
    </div>
  );
}

function CollectionBox({ data }: NodeProps<Node<BoxData>>) {
  const { box, title, links } = data;
  const shown = box.fields.slice(0, SHOWN);
  return (
    <div
      dir={direction()}
      className="h-full overflow-hidden rounded-card border border-line-strong bg-raised text-start shadow-raised"
    >
      <Handle type="target" position={Position.Left} isConnectable={false} className="opacity-0" />
      <Handle type="source" position={Position.Right} isConnectable={false} className="opacity-0" />
      <div className="flex items-center border-b border-line bg-surface px-3 font-semibold" style={{ height: HEAD }}>
        <span className="truncate">{title}</span>
        {box.name.startsWith("directus_") && (
          <code className="ms-2 truncate font-mono text-caption font-normal text-fg-3">{box.name}</code>
        )}
      </div>
      <ul className="py-1">
        {shown.map((field) => (
          <li
            key={field.field}
            className="flex items-center gap-1.5 px-3 font-mono text-[11.5px] text-fg-2"
            style={{ height: ROW }}
          >
            {field.schema?.is_primary_key ? (
              <KeyRound size={12} aria-hidden className="shrink-0" />
            ) : links.has(field.field) ? (
              <Link2 size={12} aria-hidden className="shrink-0 text-accent" />
            ) : (
              <span className="w-3 shrink-0" />
            )}
            <span className="min-w-0 flex-1 truncate">{field.field}</span>
            <span className="shrink-0 text-fg-3">{field.type === "alias" ? "" : field.type}</span>
          </li>
        ))}
        {box.fields.length > SHOWN && (
          <li className="flex items-center px-3 text-caption text-fg-3" style={{ height: ROW }}>
            {t("develop.map.more", { count: box.fields.length - SHOWN })}
          </li>
        )}
      </ul>
    </div>
  );
}

function Lines({
  names,
  lines,
  label,
  open,
}: {
  names: readonly string[];
  lines: readonly Line[];
  label: (name: string) => string;
  open: (name: string) => void;
}) {
  return (
    <ul className="flex max-w-3xl flex-col gap-3 overflow-auto">
      {names.map((name) => (
        <li key={name} className="rounded-card border border-line bg-surface p-3">
          <button
            type="button"
            onClick={() => open(name)}
            className="min-h-6 rounded-control font-semibold hover:underline"
          >
            {label(name)}
          </button>
          <ul className="mt-1 flex flex-col gap-0.5 text-fg-2">
            {lines
              .filter((line) => line.from === name)
              .map((line) => (
                <li key={line.id}>{t("develop.map.links", { field: line.field, to: label(line.to) })}</li>
              ))}
            {lines
              .filter((line) => line.to === name && line.from !== name)
              .map((line) => (
                <li key={`back ${line.id}`}>
                  {t("develop.map.linked", { from: label(line.from), field: line.field })}
                </li>
              ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}
