/** What the pages of log-in have in common: a form with its failure, and how long a refusal for too many tries lasts. */
import { CircleAlert, CircleCheck } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { Form, Link } from "react-aria-components";
import { ApiError, errorText } from "~/api/errors";
import { t } from "~/i18n/i18n";
import { Button } from "~/kit/Button";
import { Notice } from "~/kit/bits";
import { TextField } from "~/kit/textFields";

/** Do something once at a time, and keep what went wrong. `texts`: what to say for a code, instead of its own text. */
export function useAttempt(texts: Record<string, string> = {}) {
  const [failure, setFailure] = useState<ReactNode>(null);
  const [pending, setPending] = useState(false);
  const [until, setUntil] = useState(0);
  const left = useCountdown(until);
  async function attempt(work: () => Promise<void>): Promise<void> {
    if (pending || left > 0) return;
    setPending(true);
    setFailure(null);
    try {
      await work();
    } catch (error) {
      const code = error instanceof ApiError ? error.code : "";
      if (code === "REQUESTS_EXCEEDED") setUntil(endOf(error as ApiError));
      else setFailure(texts[code] ?? errorText(error));
    } finally {
      setPending(false);
    }
  }
  const said = left > 0 ? t("auth.wait", { seconds: left }) : failure;
  return { attempt, pending, waiting: left > 0, failure: said, setFailure };
}

/** When one may try again, in milliseconds since 1970. */
function endOf(error: ApiError): number {
  const reset = Date.parse(String(error.problems[0]?.extensions.reset ?? ""));
  return Number.isNaN(reset) ? Date.now() + 10_000 : Math.max(reset, Date.now() + 1_000);
}

/** Seconds until a moment, counted down. */
function useCountdown(until: number): number {
  const secondsLeft = () => Math.max(0, Math.ceil((until - Date.now()) / 1000));
  const [left, setLeft] = useState(secondsLeft);
  useEffect(() => {
    setLeft(secondsLeft());
    if (!until) return;
    const timer = setInterval(() => setLeft(secondsLeft()), 500);
    return () => clearInterval(timer);
  });
  return left;
}

type Attempt = ReturnType<typeof useAttempt>;

/** A form that says above its fields what went wrong. */
export function AuthForm({
  by,
  action,
  onSubmit,
  children,
}: {
  by: Attempt;
  /** The verb on the button. */
  action: string;
  onSubmit: () => Promise<void>;
  children: ReactNode;
}) {
  return (
    <Form
      className="flex flex-col gap-4 [&_[data-mark]]:hidden"
      onSubmit={(event) => {
        event.preventDefault();
        void by.attempt(onSubmit);
      }}
    >
      <Failure>{by.failure}</Failure>
      {children}
      <Button
        type="submit"
        look="primary"
        isPending={by.pending}
        isDisabled={by.waiting}
        className="mt-1 min-h-10 pointer-coarse:min-h-11"
      >
        {action}
      </Button>
    </Form>
  );
}

export function Failure({ children }: { children: ReactNode }) {
  return (
    <div role="alert" className="empty:hidden">
      {children && (
        <Notice tone="danger" icon={<CircleAlert size={16} />}>
          {children}
        </Notice>
      )}
    </div>
  );
}

export function Success({ children }: { children: ReactNode }) {
  return (
    <div role="status">
      <Notice tone="success" icon={<CircleCheck size={16} />}>
        {children}
      </Notice>
    </div>
  );
}

export function TextLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link href={href} className="rounded-sm font-medium text-accent underline-offset-2 data-[hovered]:underline">
      {children}
    </Link>
  );
}

/** The address that somebody signs in with; password managers know it by these attributes. */
export function EmailField(props: {
  value: string;
  onChange: (value: string) => void;
  autoFocus?: boolean;
  autoComplete?: string;
}) {
  return <TextField label={t("app.email")} type="email" name="email" autoComplete="username" isRequired {...props} />;
}
