import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useId } from "react";
import { PageHeader } from "~/kit/bits";
import { Failed, Loading } from "~/kit/states";
import { type Account, accountQuery } from "./account";

/** A page about oneself: its head, and what is below it once the account is known. */
export function AccountSection({ title, children }: { title: string; children: (account: Account) => ReactNode }) {
  const { data, error, refetch } = useQuery(accountQuery);
  return (
    <>
      <PageHeader title={title} />
      <div className="min-h-0 flex-1 overflow-y-auto">
        {data ? (
          <div className="mx-auto flex max-w-2xl flex-col gap-10 p-6 pb-16 max-sm:p-4">{children(data)}</div>
        ) : error ? (
          <Failed error={error} onRetry={() => void refetch()} />
        ) : (
          <Loading />
        )}
      </div>
    </>
  );
}

/** One matter of such a page. */
export function Matter({ title, text, children }: { title: string; text?: ReactNode; children?: ReactNode }) {
  const heading = useId();
  return (
    <section aria-labelledby={heading} className="flex flex-col items-start gap-4">
      <div>
        <h2 id={heading} className="text-[16px] font-semibold">
          {title}
        </h2>
        {text && <p className="mt-0.5 text-fg-2 text-pretty">{text}</p>}
      </div>
      {children}
    </section>
  );
}
