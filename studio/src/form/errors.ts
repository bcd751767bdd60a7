/** The server's complaints, by the fields of a form. */
import { ApiError, type ApiProblem, errorText } from "~/api/errors";
import { t } from "~/i18n/words/item";
import type { FormErrors } from "./validation";

export interface SaveErrors {
  /** By field of the root item; what is below a relation stands at the relation. */
  fields: FormErrors;
  /** What belongs to no field. */
  general: string[];
}

/** Sort an error's problems to the fields of the item in `collection` that was saved. */
export function saveErrors(error: unknown, collection: string, known: ReadonlySet<string>): SaveErrors {
  if (!(error instanceof ApiError) || error.offline) return { fields: {}, general: [errorText(error)] };
  const fields: Record<string, string> = {};
  const general: string[] = [];
  for (const problem of error.problems) {
    const text = problemText(problem);
    const place = placeOf(problem, collection, known);
    if (place === undefined) general.push(text);
    else {
      const placed = place.below ? `${place.below}: ${text}` : text;
      fields[place.field] = [fields[place.field], placed].filter(Boolean).join(" ");
    }
  }
  return { fields, general };
}

/** Where in the item a problem lies: the field, and for what lies in a linked item the rest of the way. */
function placeOf(
  { field, extensions }: ApiProblem,
  collection: string,
  known: ReadonlySet<string>,
): { field: string; below?: string } | undefined {
  const path = (Array.isArray(extensions.path) ? extensions.path : []).map(String);
  if (path.length > 0) {
    const [first = "", ...rest] = path;
    if (known.has(first))
      return { field: first, below: [...rest, field].filter((part) => part && !/^\d+$/.test(part)).join(" › ") };
  }
  const foreign = typeof extensions.collection === "string" && extensions.collection !== collection;
  return field !== undefined && known.has(field) && !foreign ? { field } : undefined;
}

export function problemText(problem: ApiProblem): string {
  const { code, extensions, message } = problem;
  if (code === "FAILED_VALIDATION") {
    const valid = extensions.valid ?? extensions.invalid ?? extensions.substring;
    switch (extensions.type) {
      case "required":
      case "nnull":
      case "nempty":
        return t("form.error.required");
      case "gt":
      case "gte":
      case "lt":
      case "lte":
        return t(`form.error.rule.${extensions.type}`, { value: String(valid) });
      case "email":
        return t("form.error.email");
      case "regex":
        return t("form.error.format");
      case "in":
      case "eq":
        return t("form.error.one_of", { value: Array.isArray(valid) ? valid.join(", ") : String(valid) });
    }
    return message.replace(/^Validation failed for field "[^"]*"(?: at "[^"]*")?\.\s*/, "");
  }
  if (code === "RECORD_NOT_UNIQUE") return t("form.error.unique");
  if (code === "NOT_NULL_VIOLATION") return t("form.error.required");
  if (code === "VALUE_TOO_LONG") return t("form.error.too_long_any");
  if (code === "VALUE_OUT_OF_RANGE") return t("form.error.range_any");
  if (code === "INVALID_FOREIGN_KEY") return t("form.error.link");
  return errorText(new ApiError(400, [problem]));
}
