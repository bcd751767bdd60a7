/** What the fields of a form share. It stays the same object while people type. */
import { createContext, useContext } from "react";
import type { Field } from "~/api/types";
import type { Context, Mode } from "~/extensions/contract";
import type { Journal, NodeId } from "./journal";
import type { RuleVariables } from "./rules";
import type { FieldStore } from "./store";
import type { FormErrors } from "./validation";

export interface FormScope {
  fields: readonly Field[];
  store: FieldStore;
  context: Context;
  mode: Mode;
  disabled: boolean;
  /** Fields that the person may not change. */
  locked: ReadonlySet<string> | null;
  variables: RuleVariables;
  /** Names elements of this form. */
  id: string;
  autoFocus?: string;
  /** Whether names of fields are seen; where what stands around the form says them, they are heard alone. */
  titled: boolean;
  openMenu: (field: Field, button: HTMLElement) => void;
  /** Where linked items are changed together with this one. */
  graph: Graph | null;
  /** Asked when a field's menu opens. */
  sources?: () => readonly Source[];
}

/** A place that a field's value may be copied from, as another language. */
export interface Source {
  name: string;
  valueOf: (field: string) => unknown;
}

export interface Graph {
  journal: Journal;
  node: NodeId;
  /** How many drawers lie above the page. */
  depth: number;
}

export const FormContext = createContext<FormScope | null>(null);
export const ErrorsContext = createContext<FormErrors>({});

export function useForm(): FormScope {
  const scope = useContext(FormContext);
  if (!scope) throw new Error("There is no form around this component.");
  return scope;
}

export const useErrors = (): FormErrors => useContext(ErrorsContext);
/** The journal that changes of linked items go to, or null in a form of plain values. */
export const useGraph = (): Graph | null => useContext(FormContext)?.graph ?? null;
