import { useEffect, useRef, useState } from "react";

/** A text that is typed, handed on when nothing was typed for a moment; follows what comes from outside. */
export function useTyped(
  value: string,
  onChange: (text: string) => void,
  pause = 250,
): [string, (text: string) => void] {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setText(value);
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return [
    text,
    (next) => {
      setText(next);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        sent.current = next;
        latest.current(next);
      }, pause);
    },
  ];
}
