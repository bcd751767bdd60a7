/** The directory: who has an account, as whom, and since when they were away. */
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { KeyRound, Mail, UserPlus } from "lucide-react";
import { useState } from "react";
import { Link } from "react-aria-components";
import { get, post } from "~/api/client";
import { errorText } from "~/api/errors";
import { useMay } from "~/api/queries";
import { formatDateTime, formatRelative } from "~/i18n/format";
import { t } from "~/i18n/words/admin";
import { Button, ButtonLink } from "~/kit/Button";
import { Badge, Card, Notice, PageHeader } from "~/kit/bits";
import { Dialog, DialogActions } from "~/kit/Dialog";
import { SearchField, Select, TextField } from "~/kit/fields";
import { NewPasswordField, SHORTEST_PASSWORD } from "~/kit/NewPasswordField";
import { Empty, Failed, RowsLoading } from "~/kit/states";
import { ANY_DIRECTION, cx } from "~/kit/style";
import { toast } from "~/kit/Toast";
import { useTitle } from "~/kit/title";
import { useDebounced } from "~/kit/useDebounced";
import { named, rolesQuery } from "~/modules/access/data";
import { Avatar } from "~/shell/Avatar";
import { personName } from "~/shell/names";
import { PERSON_FIELDS, type Person, STATUSES, TONES } from "./data";

const PAGE = 100;
const ANY = "any";

export function PeoplePage() {
  useTitle(t("people.title"));
  const { q, status } = useSearch({ from: "/shell/people" });
  const navigate = useNavigate();
  const mayCreate = useMay("directus_users", "create").access !== "none";
  const mayRoles = useMay("directus_roles", "create").access !== "none";
  const [dialog, setDialog] = useState<"invite" | "new" | null>(null);
  const typed = useDebounced(q ?? "", 200);
  const found = useInfiniteQuery({
    queryKey: ["people", typed, status],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      get<Person[]>(
        "/users",
        {
          fields: PERSON_FIELDS,
          search: typed || undefined,
          filter: status ? { status: { _eq: status } } : undefined,
          sort: "first_name,last_name,email",
          limit: PAGE,
          offset: pageParam,
        },
        signal,
      ),
    getNextPageParam: (last, pages) => (last.length === PAGE ? pages.length * PAGE : undefined),
    placeholderData: (before) => before,
  });
  const people = found.data?.pages.flat() ?? [];
  const set = (changes: { q?: string; status?: string }) =>
    void navigate({ to: "/people", search: { q, status, ...changes }, replace: true });
  return (
    <>
      <PageHeader title={t("people.title")} note={t("people.note")}>
        {mayRoles && (
          <ButtonLink look="quiet" icon={<KeyRound size={16} />} href="/settings/access" className="max-sm:hidden">
            {t("people.roles")}
          </ButtonLink>
        )}
        {mayCreate && (
          <>
            <Button icon={<UserPlus size={16} />} onPress={() => setDialog("new")}>
              {t("people.new")}
            </Button>
            <Button look="primary" icon={<Mail size={16} />} onPress={() => setDialog("invite")}>
              {t("people.invite")}
            </Button>
          </>
        )}
      </PageHeader>
      <div className="flex flex-wrap items-center gap-3 border-b border-line px-6 py-3 max-sm:px-4">
        <SearchField
          label={t("people.search")}
          value={q ?? ""}
          onChange={(text) => set({ q: text || undefined })}
          className="w-72 max-sm:w-full"
        />
        <Select
          aria-label={t("people.status")}
          choices={[
            { id: ANY, text: t("people.status.any") },
            ...STATUSES.map((id) => ({ id, text: t(`people.status.${id}`) })),
          ]}
          value={status ?? ANY}
          onChange={(id) => set({ status: id === ANY ? undefined : id })}
          className="w-44"
        />
      </div>
      <div className="min-h-0 flex-1 overflow-auto">
        {found.error && people.length === 0 ? (
          <Failed error={found.error} onRetry={() => void found.refetch()} />
        ) : !found.data ? (
          <RowsLoading />
        ) : people.length === 0 ? (
          <Empty
            title={t("people.none")}
            actions={<Button onPress={() => set({ q: undefined, status: undefined })}>{t("people.clear")}</Button>}
          />
        ) : (
          <div className="p-6 max-sm:p-4">
            <Card className="divide-y divide-line overflow-hidden">
              {people.map((person) => (
                <PersonRow key={person.id} person={person} />
              ))}
            </Card>
            {found.hasNextPage && (
              <div className="flex justify-center pt-4">
                <Button isPending={found.isFetchingNextPage} onPress={() => void found.fetchNextPage()}>
                  {t("people.more")}
                </Button>
              </div>
            )}
          </div>
        )}
      </div>
      {dialog === "invite" && <InviteDialog onClose={() => setDialog(null)} />}
      {dialog === "new" && <NewDialog onClose={() => setDialog(null)} />}
    </>
  );
}

function PersonRow({ person }: { person: Person }) {
  const name = personName(person) || person.id;
  return (
    <Link
      href={`/people/${person.id}`}
      className="grid min-h-14 grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 px-4 py-2 outline-offset-[-2px] data-[hovered]:bg-hover md:grid-cols-[auto_minmax(0,2fr)_minmax(0,1fr)_7rem_9rem]"
    >
      <Avatar user={person} size={32} />
      <span className="min-w-0">
        <span dir="auto" className={cx("block truncate font-medium", ANY_DIRECTION)}>
          {name}
        </span>
        {person.email && person.email !== name && (
          <span className="block truncate text-dense text-fg-2">{person.email}</span>
        )}
      </span>
      <span className="truncate text-fg-2 max-md:hidden">
        {person.role ? named(person.role.name) : t("people.no_role")}
      </span>
      <span>
        <Badge tone={TONES[person.status] ?? "neutral"} dot>
          {t(`people.status.${person.status}`)}
        </Badge>
      </span>
      <span
        className="truncate text-end text-dense text-fg-2 max-md:hidden"
        title={person.last_access ? formatDateTime(person.last_access) : undefined}
      >
        {person.last_access ? formatRelative(person.last_access) : t("people.never")}
      </span>
    </Link>
  );
}

const NONE = "none";

/** `without`: what it means that there is none. */
function RoleSelect({
  value,
  onChange,
  without,
}: {
  value: string | null;
  onChange: (id: string | null) => void;
  without: string;
}) {
  const roles = useQuery(rolesQuery).data ?? [];
  return (
    <Select
      label={t("people.role")}
      note={value === null ? without : undefined}
      choices={[
        { id: NONE, text: t("people.no_role") },
        ...roles.map((role) => ({ id: role.id, text: named(role.name) })),
      ]}
      value={value ?? NONE}
      onChange={(id) => onChange(id === NONE ? null : id)}
    />
  );
}

function InviteDialog({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const [role, setRole] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const client = useQueryClient();
  const emails = text.split(/[\s,;]+/).filter(Boolean);
  const bad = emails.filter((email) => !/^[^@\s]+@[^@\s]+$/.test(email));

  async function invite() {
    setPending(true);
    setFailure(null);
    try {
      await post("/users/invite", { email: emails, role });
      toast({ kind: "success", text: t("people.invited", { count: emails.length }) });
      await client.invalidateQueries({ queryKey: ["people"] });
      onClose();
    } catch (error) {
      setFailure(errorText(error));
    } finally {
      setPending(false);
    }
  }

  return (
    <Dialog
      isOpen
      size="small"
      title={t("people.invite")}
      onClose={onClose}
      footer={
        <DialogActions
          onCancel={onClose}
          isPending={pending}
          isDisabled={emails.length === 0 || bad.length > 0 || role === null}
          onPress={() => void invite()}
        >
          {t("people.invite.action", { count: emails.length })}
        </DialogActions>
      }
    >
      <div className="flex flex-col gap-4 pb-2">
        {failure && (
          <div role="alert">
            <Notice tone="danger">{failure}</Notice>
          </div>
        )}
        <TextField
          label={t("people.emails")}
          note={t("people.emails.note")}
          multiline
          autoFocus
          value={text}
          onChange={setText}
          error={bad.length ? t("people.emails.bad", { email: bad[0] ?? "" }) : null}
        />
        <RoleSelect value={role} onChange={setRole} without={t("people.invite.role")} />
      </div>
    </Dialog>
  );
}

function NewDialog({ onClose }: { onClose: () => void }) {
  const [email, setEmail] = useState("");
  const [first, setFirst] = useState("");
  const [last, setLast] = useState("");
  const [password, setPassword] = useState("");
  const short = password !== "" && password.length < SHORTEST_PASSWORD;
  const [role, setRole] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const client = useQueryClient();
  const navigate = useNavigate();

  async function make() {
    setPending(true);
    setFailure(null);
    try {
      const { id } = await post<{ id: string }>(
        "/users",
        { email, first_name: first || null, last_name: last || null, password: password || null, role },
        { fields: "id" },
      );
      await client.invalidateQueries({ queryKey: ["people"] });
      await navigate({ to: "/people/$id", params: { id } });
    } catch (error) {
      setFailure(errorText(error));
      setPending(false);
    }
  }

  return (
    <Dialog
      isOpen
      size="small"
      title={t("people.new")}
      onClose={onClose}
      footer={
        <DialogActions onCancel={onClose} isPending={pending} isDisabled={!email || short} onPress={() => void make()}>
          {t("people.create")}
        </DialogActions>
      }
    >
      <div className="flex flex-col gap-4 pb-2">
        {failure && (
          <div role="alert">
            <Notice tone="danger">{failure}</Notice>
          </div>
        )}
        <TextField label={t("people.email")} type="email" autoFocus isRequired value={email} onChange={setEmail} />
        <div className="grid grid-cols-2 gap-3">
          <TextField label={t("people.first")} value={first} onChange={setFirst} />
          <TextField label={t("people.last")} value={last} onChange={setLast} />
        </div>
        <NewPasswordField
          label={t("people.password")}
          note={t("people.password.note")}
          value={password}
          onChange={setPassword}
        />
        <RoleSelect value={role} onChange={setRole} without={t("people.no_role.note")} />
      </div>
    </Dialog>
  );
}
