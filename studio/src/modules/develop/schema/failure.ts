/** What to tell people of a change that was not made. */
import { errorText } from "~/api/errors";
import { t } from "~/i18n/words/admin";
import { LinkProblem } from "./draft";

export function failureText(error: unknown): string {
  if (!(error instanceof LinkProblem)) return errorText(error);
  return error.reason === "key"
    ? t("develop.problem.key", { name: error.collection })
    : t(`develop.problem.${error.reason}`);
}
