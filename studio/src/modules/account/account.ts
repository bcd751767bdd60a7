/** The person's own user, and changing it. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { get, patch } from "~/api/client";
import { meQuery, useMay } from "~/api/queries";
import type { User } from "~/api/types";
import { t } from "~/i18n/words/account";
import { toast, toastError } from "~/kit/Toast";

/** All that a person may read of their own user; what they may not is absent. */
export interface Account extends User {
  title?: string | null;
  location?: string | null;
  /** Stars where there is one. */
  token?: string | null;
  email_notifications?: boolean | null;
}

export const accountQuery = queryOptions({
  queryKey: ["me", "account"],
  queryFn: ({ signal }) => get<Account>("/users/me", { fields: "*" }, signal),
});

/** Whether the person may change a field of their own user. */
export function useMayChange(): (field: keyof Account | "password") => boolean {
  const { access, fields } = useMay("directus_users", "update");
  return (field) => access !== "none" && Boolean(fields?.some((one) => one === "*" || one === field));
}

/** Change the person's own user. What is shown of them everywhere follows. */
export function useChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: Partial<Account> & { password?: string }) => patch<Account>("/users/me", values),
    onSuccess: () => {
      toast({ kind: "success", text: t("account.saved") });
      return Promise.all([
        client.invalidateQueries({ queryKey: accountQuery.queryKey }),
        client.invalidateQueries({ queryKey: meQuery.queryKey }),
      ]);
    },
    onError: (error) => toastError(error, t("account.not_saved")),
  });
}
