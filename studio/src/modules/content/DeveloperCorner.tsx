/** The request behind a view, as an address and in three languages. */
import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { url } from "~/api/address";
import { useRelations } from "~/api/queries";
import { itemsPath } from "~/api/relations";
import { t } from "~/i18n/words/list";
import { Button } from "~/kit/Button";
import { Dialog } from "~/kit/Dialog";
import { Tabs } from "~/kit/Tabs";
import { type ListQuery, parametersOf } from "./query";
import { snippets } from "./snippets";
import { needsOf } from "./tools/needs";

export default function DeveloperCorner({
  collection,
  query,
  onClose,
}: {
  collection: string;
  query: ListQuery;
  onClose: () => void;
}) {
  const [tab, setTab] = useState("url");
  const parameters = { ...parametersOf(query), limit: 100 };
  const address = new URL(url(itemsPath(collection), parameters), window.location.href).href;
  const needs = needsOf(collection, query, useRelations());
  const texts = snippets(collection, query, address, new URL(url(""), window.location.href).origin);
  return (
    <Dialog isOpen size="large" title={t("content.api")} onClose={onClose}>
      <p className="text-fg-2">{t("content.api.text")}</p>
      <ul className="flex flex-col gap-1 py-3 text-dense">
        {[...needs].map(([name, names]) => (
          <li key={name}>
            <span className="font-medium">{t("content.api.read", { collection: name })}</span>{" "}
            <span className="font-mono text-fg-2">{names.has("*") ? "*" : [...names].join(", ")}</span>
          </li>
        ))}
      </ul>
      <Tabs
        label={t("content.api")}
        selected={tab}
        onSelect={setTab}
        className="pb-3"
        tabs={Object.entries(texts).map(([id, { title, text }]) => ({
          id,
          title,
          content: <Code text={text} />,
        }))}
      />
    </Dialog>
  );
}

function Code({ text }: { text: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <div className="flex items-start rounded-card border border-line bg-sunken max-sm:flex-col-reverse max-sm:items-stretch">
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
        tabIndex={0}
        className="max-h-[50vh] min-w-0 flex-1 overflow-auto rounded-card p-3 font-mono text-[12.5px] whitespace-pre-wrap break-all"
      >
        {text}
      </pre>
      <Button
        className="m-2 shrink-0 self-start max-sm:mb-0 max-sm:self-end"
        icon={copied ? <Check size={15} aria-hidden /> : <Copy size={15} aria-hidden />}
        onPress={() => {
          void navigator.clipboard?.writeText(text).then(() => setCopied(true));
        }}
      >
        {t(copied ? "content.api.copied" : "content.api.copy")}
      </Button>
    </div>
  );
}
