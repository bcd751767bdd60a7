/** One item behind a link that somebody shared, for whoever has it (and its password). Nobody is signed in by it. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { url } from "~/api/address";
import { request, requestBody } from "~/api/client";
import { ApiError } from "~/api/errors";
import { fieldName } from "~/api/names";
import { itemsPath } from "~/api/relations";
import type { Field, Item } from "~/api/types";
import { formatDate, formatDateTime, formatNumber } from "~/i18n/format";
import { t } from "~/i18n/i18n";
import { Failed, Loading } from "~/kit/states";
import { PasswordField } from "~/kit/textFields";
import { AuthLayout } from "./AuthLayout";
import { AuthForm, useAttempt } from "./parts";

interface Info {
  id: string;
  collection: string;
  item: string;
  password: string | null;
}

const gone = (error: unknown) => error instanceof ApiError && [401, 403, 404].includes(error.status);

export function SharedPage() {
  const { share } = useParams({ from: "/shared/$share" });
  const info = useQuery({
    queryKey: ["share", share],
    queryFn: () => request<Info>("GET", `/shares/info/${encodeURIComponent(share)}`, { anonymous: true }),
    retry: false,
  });
  const [password, setPassword] = useState("");
  const by = useAttempt({ INVALID_CREDENTIALS: t("auth.share.wrong") });
  const open = useMutation({
    mutationFn: (secret: string | undefined) =>
      request<{ access_token: string }>("POST", "/shares/auth", {
        body: { share, password: secret, mode: "json" },
        anonymous: true,
      }),
  });
  const free = info.data && !info.data.password;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once it is known that no password is needed
  useEffect(() => {
    if (free) open.mutate(undefined);
  }, [free]);

  if (info.error || (free && open.error)) {
    const error = info.error ?? open.error;
    if (gone(error)) return <AuthLayout title={t("auth.share.gone")} text={t("auth.share.gone.text")} />;
    return (
      <AuthLayout title={t("auth.share.title")}>
        <Failed error={error} onRetry={() => (info.error ? void info.refetch() : open.mutate(undefined))} />
      </AuthLayout>
    );
  }
  if (open.data && info.data) return <Shared info={info.data} token={open.data.access_token} />;
  if (!info.data || free) {
    return (
      <AuthLayout title={t("auth.share.title")}>
        <Loading />
      </AuthLayout>
    );
  }
  return (
    <AuthLayout title={t("auth.share.title")} text={t("auth.share.password")}>
      <AuthForm
        by={by}
        action={t("auth.share.action")}
        onSubmit={async () => {
          await open.mutateAsync(password);
        }}
      >
        <PasswordField label={t("app.password")} autoFocus isRequired value={password} onChange={setPassword} />
      </AuthForm>
    </AuthLayout>
  );
}

function Shared({ info, token }: { info: Info; token: string }) {
  const headers = { authorization: `Bearer ${token}` };
  const { collection, item } = info;
  const { data, error, refetch } = useQuery({
    queryKey: ["share", info.id, "item"],
    queryFn: async () => {
      const path = `${itemsPath(collection)}/${encodeURIComponent(item)}`;
      const [found, fields] = await Promise.all([
        requestBody<{ data: Item }>("GET", path, { headers, anonymous: true }),
        requestBody<{ data: Field[] }>("GET", `/fields/${encodeURIComponent(collection)}`, { headers, anonymous: true })
          .then(({ data: all }) => all)
          .catch(() => [] as Field[]),
      ]);
      return { item: found.data, fields };
    },
  });
  const shown = data ? rows(data.item, data.fields) : [];
  return (
    <AuthLayout wide title={t("auth.share.title")}>
      {error ? (
        <Failed error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Loading />
      ) : (
        <dl className="flex flex-col divide-y divide-line">
          {shown.map(({ name, field, value }) => (
            <div key={name} className="py-3 first:pt-0">
              <dt className="mb-0.5 text-caption font-medium text-fg-2">{field ? fieldName(field) : name}</dt>
              <dd className="break-words whitespace-pre-wrap">
                <Value value={value} field={field} token={token} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </AuthLayout>
  );
}

function rows(item: Item, fields: Field[]) {
  const known = new Map(fields.map((field) => [field.field, field]));
  const order = fields.length ? fields.map((field) => field.field) : Object.keys(item);
  return order
    .filter((name) => name in item && !known.get(name)?.meta?.hidden && !known.get(name)?.schema?.is_primary_key)
    .map((name) => ({ name, field: known.get(name), value: item[name] }))
    .filter(({ value }) => value !== null && value !== "" && !(Array.isArray(value) && value.length === 0));
}

function Value({ value, field, token }: { value: unknown; field: Field | undefined; token: string }) {
  if (typeof value === "boolean") return t(value ? "app.yes" : "app.no");
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "object")
    return <pre className="overflow-auto text-dense">{JSON.stringify(value, null, 2)}</pre>;
  const text = String(value);
  if (field?.meta?.special?.includes("file")) {
    const source = url(`/assets/${text}`, { access_token: token });
    return field.meta.interface === "file-image" ? (
      <img src={source} alt="" className="max-h-96 rounded-control" />
    ) : (
      <a href={source} className="font-medium text-accent">
        {t("auth.share.download")}
      </a>
    );
  }
  if (field?.type === "date") return formatDate(`${text}T00:00:00`);
  if (field?.type === "timestamp" || field?.type === "dateTime") return formatDateTime(text);
  if (field?.meta?.interface?.startsWith("input-rich-text-html")) {
    return new DOMParser().parseFromString(text.replace(/<\/(p|h\d|li|div)>/g, "$&\n"), "text/html").body.textContent;
  }
  return text;
}
