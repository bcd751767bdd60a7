/** The API of a collection: its endpoints in both protocols, code that works as it stands, and trying what reads. */
import { useQuery } from "@tanstack/react-query";
import { Play } from "lucide-react";
import { useState } from "react";
import { url } from "~/api/address";
import { get } from "~/api/client";
import { keyField } from "~/api/keys";
import { itemsPath } from "~/api/relations";
import type { Collection, Field, Item } from "~/api/types";
import { formatBytes, formatNumber } from "~/i18n/format";
import { t } from "~/i18n/words/admin";
import { Button } from "~/kit/Button";
import { Badge, Card } from "~/kit/bits";
import { RadioGroup, Select } from "~/kit/fields";
import { TextLink } from "~/modules/auth/parts";
import { CodeBlock } from "../code/CodeBlock";
import { type Example, examples, type Language, type Protocol } from "./snippets";

const LANGUAGES: Record<Language, string> = { curl: "curl", js: "JavaScript", python: "Python", graphql: "GraphQL" };
const SHOWN_BYTES = 20_000;

export default function ApiTab({ item, fields }: { item: Collection; fields: readonly Field[] }) {
  const [protocol, setProtocol] = useState<Protocol>("directus");
  const [language, setLanguage] = useState<Language>("curl");
  const name = item.collection;
  const key = keyField(fields);
  const first = useQuery({
    queryKey: ["api-example", name, key],
    queryFn: async () => {
      const found = await get<Item[] | Item>(itemsPath(name), { limit: 1, fields: key });
      return (Array.isArray(found) ? found[0] : found)?.[key] as string | number | undefined;
    },
    retry: false,
  });
  const origin = window.location.origin + url("");
  const all = examples(protocol, { collection: item, fields, origin, key: first.data ?? undefined });
  const spoken = (Object.keys(LANGUAGES) as Language[]).filter((one) => all.some((example) => example.code[one]));
  const shown = spoken.includes(language) ? language : "curl";
  return (
    <div className="flex max-w-4xl flex-col gap-4">
      <div className="flex flex-wrap items-end gap-4">
        <RadioGroup
          label={t("develop.api.protocol")}
          horizontal
          choices={[
            { id: "directus", text: "Directus" },
            { id: "pocketbase", text: "PocketBase" },
          ]}
          value={protocol}
          onChange={(value) => setProtocol(value as Protocol)}
        />
        <Select
          label={t("develop.api.language")}
          className="w-44"
          choices={spoken.map((id) => ({ id, text: LANGUAGES[id] }))}
          value={shown}
          onChange={(value) => setLanguage(value as Language)}
        />
      </div>
      <p className="text-fg-2">
        {t("develop.api.token")} <TextLink href="/me/token">{t("develop.api.token.make")}</TextLink>
      </p>
      {all.map((example) => (
        <Endpoint
          key={`${protocol} ${example.operation}`}
          example={example}
          language={shown}
          protocol={protocol}
          name={name}
        />
      ))}
    </div>
  );
}

const TONES = { GET: "info", POST: "success", PATCH: "warning", DELETE: "danger" } as const;

function Endpoint({
  example,
  language,
  protocol,
  name,
}: {
  example: Example;
  language: Language;
  protocol: Protocol;
  name: string;
}) {
  const { method, path, operation, needs } = example;
  const code = example.code[language] ?? example.code.js ?? "";
  const title = t(`develop.api.${operation}`);
  return (
    <Card className="overflow-hidden">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1 border-b border-line px-3 py-2">
        <h3 className="font-semibold">{title}</h3>
        <Badge tone={TONES[method as keyof typeof TONES] ?? "neutral"}>{method}</Badge>
        <code className="min-w-0 grow basis-48 truncate font-mono text-dense" dir="ltr" title={path}>
          {path}
        </code>
        <span className="text-dense text-fg-2">
          {protocol === "directus"
            ? t("develop.api.needs", { action: t(`develop.action.${needs}`), name })
            : t("develop.api.needs_rule", { rule: t(`develop.rule.${needs}`) })}
        </span>
      </div>
      <CodeBlock code={code} label={title} />
      {method === "GET" && <TryIt path={path} />}
    </Card>
  );
}

interface Answer {
  status: number;
  milliseconds: number;
  bytes: number;
  text: string;
}

function TryIt({ path }: { path: string }) {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [pending, setPending] = useState<"me" | "public" | null>(null);
  async function run(who: "me" | "public") {
    setPending(who);
    const started = performance.now();
    try {
      // the header is what makes the session count on both protocols
      const response = await fetch(url(path), {
        credentials: who === "me" ? "same-origin" : "omit",
        headers: { accept: "application/json", ...(who === "me" ? { "x-satchel-studio": "try" } : {}) },
      });
      const body = await response.text();
      const milliseconds = performance.now() - started;
      setAnswer({ status: response.status, milliseconds, bytes: new Blob([body]).size, text: readable(body) });
    } catch (error) {
      setAnswer({ status: 0, milliseconds: performance.now() - started, bytes: 0, text: String(error) });
    } finally {
      setPending(null);
    }
  }
  return (
    <div className="border-t border-line px-3 py-2">
      <div className="flex flex-wrap items-center gap-2">
        <Button icon={<Play size={14} />} isPending={pending === "me"} onPress={() => void run("me")}>
          {t("develop.api.run_me")}
        </Button>
        <Button look="quiet" isPending={pending === "public"} onPress={() => void run("public")}>
          {t("develop.api.run_public")}
        </Button>
        {answer && (
          <span className="flex items-center gap-2 text-dense text-fg-2" role="status">
            <Badge tone={answer.status >= 200 && answer.status < 300 ? "success" : "danger"} dot>
              {answer.status || t("develop.api.no_answer")}
            </Badge>
            {formatNumber(Math.round(answer.milliseconds))} ms · {formatBytes(answer.bytes)}
          </span>
        )}
      </div>
      {answer && (
        <CodeBlock
          code={answer.text}
          label={t("develop.api.answer")}
          className="mt-2 overflow-hidden rounded-control border border-line"
        />
      )}
    </div>
  );
}

function readable(body: string): string {
  let text = body;
  try {
    text = JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    // what is no JSON is shown as it came
  }
  return text.length > SHOWN_BYTES ? `${text.slice(0, SHOWN_BYTES)}\n…` : text;
}
