/** Errors of the server, with a text for people in their language where the code has one. */
import { hasMessage, t } from "~/i18n/i18n";
import { readable } from "./names";

export interface ApiProblem {
  message: string;
  /** Code of the Directus wire, as `FORBIDDEN`. */
  code: string;
  /** The field that is complained about, as far as the server names one. */
  field?: string;
  extensions: Record<string, unknown>;
}

export class ApiError extends Error {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly problems: ApiProblem[];
  readonly requestId: string | null;

  constructor(status: number, problems: ApiProblem[], requestId: string | null = null) {
    super(problems[0]?.message ?? `HTTP ${status}`);
    this.name = "ApiError";
    this.status = status;
    this.problems = problems;
    this.requestId = requestId;
  }

  get code(): string {
    return this.problems[0]?.code ?? "UNKNOWN";
  }

  /** No answer came: the network is away, or the server is. */
  get offline(): boolean {
    return this.status === 0;
  }
}

/** The problems in the body of a failed answer of the Directus wire. */
export function problemsOf(status: number, body: unknown): ApiProblem[] {
  const errors = (body as { errors?: unknown } | null)?.errors;
  if (!Array.isArray(errors) || errors.length === 0) {
    return [{ message: `HTTP ${status}`, code: "UNKNOWN", extensions: {} }];
  }
  return errors.map((error: { message?: string; extensions?: Record<string, unknown> }) => ({
    message: error.message ?? "",
    code: String(error.extensions?.code ?? "UNKNOWN"),
    field: typeof error.extensions?.field === "string" ? error.extensions.field : undefined,
    extensions: error.extensions ?? {},
  }));
}

/** What to show a person for anything thrown. Server texts stand where no translation of the code says more. */
export function errorText(error: unknown): string {
  if (error instanceof ApiError) {
    if (error.offline) return t("app.error.offline");
    const id = `app.error.${error.code}`;
    return hasMessage(id) ? t(id, { field: readable(error.problems[0]?.field ?? "") }) : error.message;
  }
  return error instanceof Error ? error.message : String(error);
}
