/** The message of a notification, which may be Markdown or HTML: formatted, without whatever does more than that. */
import DOMPurify from "dompurify";
import { marked } from "marked";
import { useLayoutEffect, useRef } from "react";
import "~/interfaces/prose.css";

const TAGS = "a b blockquote br code del em i li ol p pre strong ul".split(" ");

export default function Message({ text }: { text: string }) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const found = DOMPurify.sanitize(marked.parse(text, { async: false, breaks: true }), {
      ALLOWED_TAGS: TAGS,
      ALLOWED_ATTR: ["href"],
      RETURN_DOM_FRAGMENT: true,
    });
    for (const link of found.querySelectorAll("a"))
      Object.assign(link, { target: "_blank", rel: "noopener noreferrer" });
    place.current?.replaceChildren(found);
  }, [text]);
  return <div ref={place} dir="auto" className="prose my-1 text-dense text-fg-2" />;
}
