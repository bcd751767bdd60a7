import { useMemo } from "react";
import { pieces } from "./diff";

/** A text with the words marked that another one has not. */
export function TextDiff({ text, other, kind }: { text: string; other: string; kind: "added" | "removed" }) {
  const parts = useMemo(() => pieces(text, other), [text, other]);
  const Mark = kind === "added" ? "ins" : "del";
  const look = kind === "added" ? "bg-success-bg text-success-fg" : "bg-danger-bg text-danger-fg";
  return (
    <>
      {parts.map((part, index) =>
        part.changed ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no names
          <Mark key={index} className={`rounded-[3px] no-underline ${look}`}>
            {part.text}
          </Mark>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no names
          <span key={index}>{part.text}</span>
        ),
      )}
    </>
  );
}
