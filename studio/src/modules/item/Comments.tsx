/** What people say about an item. `@` and a person's id is a mention, which tells that person. */
import { useQuery } from "@tanstack/react-query";
import { AtSign, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { get, patch, post, remove } from "~/api/client";
import { queryClient, useMay, useMe } from "~/api/queries";
import { formatDateTime, formatRelative } from "~/i18n/format";
import { t } from "~/i18n/words/item";
import { Button, IconButton } from "~/kit/Button";
import { confirm } from "~/kit/Dialog";
import { TextField } from "~/kit/fields";
import { Failed, Loading } from "~/kit/states";
import { toastError } from "~/kit/Toast";
import { ItemPicker } from "~/relations/ItemPicker";
import { LinkedText } from "~/relations/LinkedText";
import { personName } from "./Revisions";
import type { PanelProps } from "./SidePanel";

interface Comment {
  id: string;
  comment: string;
  date_created: string;
  user_created: { id: string; first_name: string | null; last_name: string | null; email: string | null } | null;
}

const MENTION = /@([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/gi;

export default function Comments({ collection, journal }: PanelProps) {
  const me = useMe();
  const { key } = journal.node(journal.root);
  const mayCreate = useMay("directus_comments", "create").access !== "none";
  const name = ["comments", collection.collection, String(key)];
  const query = useQuery({
    queryKey: name,
    queryFn: ({ signal }) =>
      get<Comment[]>(
        "/comments",
        {
          filter: { _and: [{ collection: { _eq: collection.collection } }, { item: { _eq: String(key) } }] },
          fields:
            "id,comment,date_created,user_created.id,user_created.first_name,user_created.last_name,user_created.email",
          sort: "-date_created",
          limit: 200,
        },
        signal,
      ),
    staleTime: 5_000,
  });
  const [editing, setEditing] = useState<string | null>(null);
  const after = async (work: Promise<unknown>): Promise<boolean> => {
    try {
      await work;
      await queryClient.invalidateQueries({ queryKey: name });
      return true;
    } catch (error) {
      toastError(error);
      return false;
    }
  };
  const destroy = async (id: string) => {
    if (await confirm({ title: t("item.comment.delete"), action: t("item.delete"), danger: true }))
      await after(remove(`/comments/${id}`));
  };
  if (query.error) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <div className="flex flex-col gap-4">
      {mayCreate && (
        <Editor
          action={t("item.comment.send")}
          onSend={(text) =>
            after(post("/comments", { collection: collection.collection, item: String(key), comment: text }))
          }
        />
      )}
      {query.isPending ? (
        <Loading />
      ) : query.data.length === 0 ? (
        <p className="text-dense text-fg-2">{t("item.comments.none")}</p>
      ) : (
        <ol className="flex flex-col gap-4">
          {query.data.map((one) => (
            <li key={one.id} className="flex flex-col gap-1">
              <div className="flex min-h-8 items-center gap-2">
                <span className="min-w-0 flex-1 truncate font-medium">{personName(one.user_created)}</span>
                <span className="text-caption text-fg-3" title={formatDateTime(one.date_created)}>
                  {formatRelative(one.date_created)}
                </span>
                {one.user_created?.id === me.id && (
                  <span className="flex">
                    <IconButton label={t("item.comment.edit")} onPress={() => setEditing(one.id)}>
                      <Pencil size={14} />
                    </IconButton>
                    <IconButton label={t("item.comment.delete")} onPress={() => void destroy(one.id)}>
                      <Trash2 size={14} />
                    </IconButton>
                  </span>
                )}
              </div>
              {editing === one.id ? (
                <Editor
                  first={one.comment}
                  action={t("item.verb.save")}
                  onSend={async (text) => {
                    const done = await after(patch(`/comments/${one.id}`, { comment: text }));
                    if (done) setEditing(null);
                    return done;
                  }}
                />
              ) : (
                <p className="break-words whitespace-pre-wrap">
                  <WithNames text={one.comment} />
                </p>
              )}
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

function WithNames({ text }: { text: string }) {
  const parts = text.split(MENTION);
  return (
    <>
      {parts.map((part, index) =>
        index % 2 === 1 ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of a text have no names
          <span key={index} className="rounded-[3px] bg-accent-bg px-1 text-accent-strong">
            @<LinkedText journal={null} collection="directus_users" target={part} />
          </span>
        ) : (
          part
        ),
      )}
    </>
  );
}

function Editor({
  first = "",
  action,
  onSend,
}: {
  first?: string;
  action: string;
  onSend: (text: string) => Promise<boolean>;
}) {
  const [text, setText] = useState(first);
  const [pending, setPending] = useState(false);
  const [picking, setPicking] = useState(false);
  const mayMention = useMay("directus_users", "read").access !== "none";
  const send = async () => {
    if (text.trim() === "") return;
    setPending(true);
    if (await onSend(text.trim())) setText("");
    setPending(false);
  };
  return (
    <div className="flex flex-col gap-2">
      <TextField
        aria-label={t("item.comment")}
        placeholder={t("item.comment.placeholder")}
        multiline
        rows={2}
        value={text}
        onChange={setText}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) void send();
        }}
      />
      <div className="flex justify-between">
        {mayMention ? (
          <IconButton label={t("item.comment.mention")} onPress={() => setPicking(true)}>
            <AtSign size={16} />
          </IconButton>
        ) : (
          <span />
        )}
        <Button isPending={pending} isDisabled={text.trim() === ""} onPress={() => void send()}>
          {action}
        </Button>
      </div>
      {picking && (
        <ItemPicker
          collection="directus_users"
          title={t("item.comment.mention")}
          onPick={([id]) => id !== undefined && setText(`${text}${text && !text.endsWith(" ") ? " " : ""}@${id} `)}
          onClose={() => setPicking(false)}
        />
      )}
    </div>
  );
}
