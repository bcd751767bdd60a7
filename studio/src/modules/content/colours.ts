/** Colours of a view by rules: kept with its options, judged by code that only views with rules load. */
import { useEffect, useState } from "react";
import { useMe } from "~/api/queries";
import type { Filter, Item } from "~/api/types";
import type { Tint, Tone } from "~/grid/tint";

export interface ColourRule {
  name: string;
  filter: Filter | null;
  tone: Tone;
  /** null: the whole row. */
  column: string | null;
}

interface Colours {
  tint: ((item: Item) => Tint | undefined) | undefined;
  /** What has to be read of items to judge them. */
  paths: readonly string[];
}

const NONE: Colours = { tint: undefined, paths: [] };

export function useColours(rules: readonly ColourRule[] | undefined): Colours {
  const me = useMe();
  const [colours, setColours] = useState(NONE);
  const { id: user, role } = me;
  const roleId = role?.id ?? null;
  useEffect(() => {
    if (!rules?.length) return setColours(NONE);
    let there = true;
    void import("./tools/tints").then(({ pathsOf, tintsOf }) => {
      if (!there) return;
      const paths = rules.flatMap(({ filter }) => (filter ? pathsOf(filter) : []));
      setColours({ tint: tintsOf(rules, { user, role: roleId }), paths: [...new Set(paths)] });
    });
    return () => {
      there = false;
    };
  }, [rules, user, roleId]);
  return colours;
}
