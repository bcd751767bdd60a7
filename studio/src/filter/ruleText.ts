/** A filter as one line, in the language of API rules: `status = "draft" && author = @request.auth.id`. */
import type { Filter } from "~/api/types";
import { type Node, parseFilter, type Rule } from "./tree";

const SIGNS: Record<string, string> = {
  _eq: "=",
  _neq: "!=",
  _gt: ">",
  _gte: ">=",
  _lt: "<",
  _lte: "<=",
  _contains: "~",
  _icontains: "~",
  _ncontains: "!~",
};

const VARIABLES: Record<string, string> = { $CURRENT_USER: "@request.auth.id", $NOW: "@now" };

export const ruleText = (filter: Filter | null): string => said(parseFilter(filter), true);

function said(node: Node, outermost = false): string {
  if (node.kind === "rule") return ruleSaid(node);
  const parts = node.children.map((child) => said(child)).filter(Boolean);
  const text = parts.join(node.op === "and" ? " && " : " || ");
  return parts.length > 1 && !outermost ? `(${text})` : text;
}

function ruleSaid({ path, operator, value }: Rule): string {
  const name = path.filter((step) => step !== "_some").join(".");
  const list = Array.isArray(value) ? value : [];
  const sign = SIGNS[operator];
  if (sign) return `${name} ${sign} ${literal(value)}`;
  switch (operator) {
    case "_null":
      return `${name} = null`;
    case "_nnull":
      return `${name} != null`;
    case "_empty":
      return `${name} = ""`;
    case "_nempty":
      return `${name} != ""`;
    case "_in":
      return joined(
        list.map((one) => `${name} = ${literal(one)}`),
        " || ",
      );
    case "_nin":
      return joined(
        list.map((one) => `${name} != ${literal(one)}`),
        " && ",
      );
    case "_between":
      return `(${name} >= ${literal(list[0])} && ${name} <= ${literal(list[1])})`;
    default:
      // what rules have no sign for
      return `${name} ${operator} ${literal(value)}`;
  }
}

const joined = (parts: string[], by: string) => (parts.length > 1 ? `(${parts.join(by)})` : (parts[0] ?? "false"));

function literal(value: unknown): string {
  if (typeof value === "string") return VARIABLES[value] ?? (value.startsWith("$") ? value : JSON.stringify(value));
  return JSON.stringify(value ?? null);
}
