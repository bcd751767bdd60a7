/** The work of a page that edits one policy, role or person: saved, deleted after a question, not left by mistake. */
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { patch, remove } from "~/api/client";
import { ApiError, errorText } from "~/api/errors";
import { queryClient } from "~/api/queries";
import { t } from "~/i18n/words/admin";
import { confirm } from "~/kit/Dialog";
import { toast } from "~/kit/Toast";
import { useLeaveGuard } from "~/kit/useLeaveGuard";

interface Options {
  /** The endpoint of what is edited, as `/roles/ID`. */
  path: string;
  dirty: boolean;
  /** Queries that hold something of it, by the first part of their key. */
  queries: string[];
  /** The page above it. */
  above: "/settings/access" | "/people";
}

/** `failure`: what the server said to the last attempt, in words. */
export function useEditing({ path, dirty, queries, above }: Options) {
  const navigate = useNavigate();
  const [failure, setFailure] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  useLeaveGuard(dirty && !pending);

  /** Whether it went well. */
  async function work(action: () => Promise<unknown>): Promise<boolean> {
    setPending(true);
    setFailure(null);
    try {
      await action();
      await Promise.all(queries.map((key) => queryClient.invalidateQueries({ queryKey: [key] })));
      return true;
    } catch (error) {
      setFailure(reasonOf(error));
      return false;
    } finally {
      setPending(false);
    }
  }

  const save = (changes: object, said: string) =>
    work(async () => {
      await patch(path, changes);
      toast({ kind: "success", text: said });
    });

  async function drop(title: string, text: string): Promise<void> {
    if (!(await confirm({ title, text, action: t("access.delete"), danger: true }))) return;
    setPending(true);
    setFailure(null);
    try {
      await remove(path);
    } catch (error) {
      setFailure(reasonOf(error));
      setPending(false);
      return;
    }
    await navigate({ to: above, ignoreBlocker: true });
    await Promise.all(queries.map((key) => queryClient.invalidateQueries({ queryKey: [key] })));
  }

  return { failure, pending, work, save, drop };
}

/** In words; that somebody must be left who may do everything is said at length. */
function reasonOf(error: unknown): string {
  const last = error instanceof ApiError && /last admin/i.test(error.message);
  return last ? t("access.last_admin") : errorText(error);
}

/** The nested write of rows that give policies, from those held to those wanted. */
export function policyChanges(held: readonly { id: string; policy: string }[], wanted: readonly string[]) {
  const had = held.map((row) => row.policy);
  return {
    create: wanted.filter((id) => !had.includes(id)).map((policy) => ({ policy })),
    update: [],
    delete: held.filter((row) => !wanted.includes(row.policy)).map((row) => row.id),
  };
}
