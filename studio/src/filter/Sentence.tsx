/** A filter in words, as "Status is Draft". */
import { useQuery } from "@tanstack/react-query";
import { Fragment } from "react";
import type { Field } from "~/api/types";
import { dateText } from "~/displays/datetime/text";
import { plainText } from "~/displays/text";
import { t } from "~/i18n/i18n";
import { choicesOf, dynamicValues } from "./choices";
import { parseRelative } from "./dates";
import { kindOf, needsOf, operatorText } from "./operators";
import { type Place, placeQuery } from "./path";
import { RelatedText } from "./RelatedText";
import type { Group, Node, Rule } from "./tree";

export interface SentenceProps {
  collection: string;
  fields?: readonly Field[];
}

/** "Author › Name", and "none of" before it where a path says so. */
export function pathText(place: Place | undefined, path: readonly string[]): string {
  const names = place?.names.join(" › ") || path.filter((step) => !step.startsWith("_")).join(" › ");
  return path.includes("_none") ? t("filter.none_of", { name: names }) : names;
}

export function ValueText({ one, place }: { one: unknown; place: Place | undefined }) {
  const dynamic = dynamicValues(place?.link?.related).find((known) => known.id === one);
  if (dynamic) return <>{dynamic.text}</>;
  const relative = parseRelative(one);
  if (relative) {
    if (relative.amount === 0) return <>{t("filter.date.now")}</>;
    const count = Math.abs(relative.amount);
    return <>{t(relative.amount < 0 ? `filter.ago.${relative.unit}` : `filter.ahead.${relative.unit}`, { count })}</>;
  }
  const kind = kindOf(place?.field, place?.link);
  if (kind === "one" && place?.link?.related) return <RelatedText collection={place.link.related} value={one} />;
  const choice = choicesOf(place?.field).find((known) => String(known.value) === String(one));
  if (choice) return <>{choice.text ?? String(one)}</>;
  if (kind === "boolean") return <>{t(one ? "filter.yes" : "filter.no")}</>;
  if (kind === "date") return <>{dateText(String(one))}</>;
  return <>{plainText(one)}</>;
}

function RuleSentence({ collection, fields, node }: SentenceProps & { node: Rule }) {
  const place = useQuery(placeQuery(collection, node.path, fields)).data;
  const kind = kindOf(place?.field, place?.link);
  const values = Array.isArray(node.value) ? node.value : [node.value];
  const empty = needsOf(node.operator) === "nothing";
  return (
    <>
      <span className="font-medium">{pathText(place, node.path)}</span>{" "}
      <span className="text-fg-2">{operatorText(node.operator, kind)}</span>{" "}
      {!empty && (
        <span className="font-medium">
          {node.value === undefined
            ? "…"
            : values.map((one, index) => (
                <Fragment key={String(one)}>
                  {index > 0 &&
                    (needsOf(node.operator) === "two"
                      ? ` ${t("filter.and_value")} `
                      : index === values.length - 1
                        ? ` ${t("filter.or_value")} `
                        : ", ")}
                  <ValueText one={one} place={place} />
                </Fragment>
              ))}
        </span>
      )}
    </>
  );
}

export function Sentence({ collection, fields, node }: SentenceProps & { node: Node }) {
  if (node.kind === "rule") return <RuleSentence collection={collection} fields={fields} node={node} />;
  return <GroupSentence collection={collection} fields={fields} node={node} />;
}

function GroupSentence({ collection, fields, node }: SentenceProps & { node: Group }) {
  return (
    <>
      {node.children.map((child, index) => (
        <Fragment key={child.id}>
          {index > 0 && <span className="text-fg-2"> {t(node.op === "and" ? "filter.and" : "filter.or")} </span>}
          {child.kind === "group" && child.children.length > 1 ? (
            <>
              (<Sentence collection={collection} fields={fields} node={lead(child, node.path)} />)
            </>
          ) : (
            <Sentence collection={collection} fields={fields} node={lead(child, node.path)} />
          )}
        </Fragment>
      ))}
    </>
  );
}

/** A node of a group with the group's path before its own, so that its words can be found. */
const lead = (node: Node, path: string[]): Node => (path.length ? { ...node, path: [...path, ...node.path] } : node);
