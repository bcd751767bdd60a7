// Types of "@satchel/studio", version 1: what extensions of the studio import. Only additions within a version.
export type Key = string | number;
export type Text = string | Record<string, string>;
export type Query = Record<string, unknown>;

export interface PickOptions {
  multiple?: boolean;
  filter?: object | null;
  selected?: Key[];
  title?: string;
}

export interface Studio {
  version: 1;
  /** Requests as the person who is signed in; paths are those of the Directus API. Rejects with what was refused. */
  api: {
    get<T = unknown>(path: string, query?: Query): Promise<T>;
    post<T = unknown>(path: string, body?: unknown, query?: Query): Promise<T>;
    patch<T = unknown>(path: string, body: unknown, query?: Query): Promise<T>;
    remove(path: string, body?: unknown): Promise<void>;
    request<T = unknown>(method: string, path: string, options?: { query?: Query; body?: unknown }): Promise<T>;
  };
  navigate(path: string): Promise<void>;
  openItem(collection: string, id: string): Promise<void>;
  toast(message: { kind?: "info" | "success" | "error"; text: string }): void;
  confirm(question: { title: string; text?: string; action: string; danger?: boolean }): Promise<boolean>;
  pickItems(collection: string, options?: PickOptions): Promise<Key[] | null>;
  pickFile(options?: Omit<PickOptions, "multiple">): Promise<Key | null>;
  schema: {
    collections(): Promise<{ collection: string; [name: string]: unknown }[]>;
    fields(collection: string): Promise<{ field: string; type: string; [name: string]: unknown }[]>;
    /** Not in a sandbox. */
    relations(): Promise<{ collection: string; field: string; related_collection: string | null }[]>;
  };
  /** Not in a sandbox. */
  commands: { run(id: string): Promise<void> };
  tokens: {
    get(): Record<string, string>;
    subscribe(listener: (tokens: Record<string, string>) => void): () => void;
  };
  t(text: Text): string;
  format: {
    number(value: number, options?: Intl.NumberFormatOptions): string;
    date(value: Date | string | number, options?: Intl.DateTimeFormatOptions): string;
    dateTime(value: Date | string | number): string;
    relative(value: Date | string | number): string;
    bytes(value: number): string;
  };
  locale(): string;
  direction(): "ltr" | "rtl";
  /**
   * Show something at an element, above all else, until the person presses Escape or goes elsewhere. Called again while it
   * is open, it closes it. In a sandbox it stays within the frame.
   */
  overlay(anchor: HTMLElement, content: Node, options?: { label?: string }): Promise<Overlay>;
  /** What is drawn in a Lucide icon, as SVG in a box of 24 by 24. */
  icon(name: string): Promise<string>;
}

export interface Overlay {
  close(): void;
  /** Settles once it is closed. */
  closed: Promise<void>;
}

/** What the entry's default export gives back. */
export interface Activated {
  handlers?: Record<string, (context: Record<string, unknown>) => unknown>;
}

declare const studio: Studio;
export default studio;
export declare const version: Studio["version"];
export declare const api: Studio["api"];
export declare const navigate: Studio["navigate"];
export declare const openItem: Studio["openItem"];
export declare const toast: Studio["toast"];
export declare const confirm: Studio["confirm"];
export declare const pickItems: Studio["pickItems"];
export declare const pickFile: Studio["pickFile"];
export declare const schema: Studio["schema"];
export declare const commands: Studio["commands"];
export declare const tokens: Studio["tokens"];
export declare const t: Studio["t"];
export declare const format: Studio["format"];
export declare const locale: Studio["locale"];
export declare const direction: Studio["direction"];
export declare const overlay: Studio["overlay"];
export declare const icon: Studio["icon"];

/** The elements of "@satchel/studio/ui"; their properties are attributes, too, but for `options` and `value`. */
export interface StButton extends HTMLElement {
  look: "primary" | "secondary" | "quiet" | "danger" | "";
  icon: string;
  /** Its name, where it has no text. */
  label: string;
  disabled: boolean;
}
export interface StIcon extends HTMLElement {
  name: string;
  label: string;
}
interface StControl extends HTMLElement {
  value: string;
  /** Its name; in an `st-field` that sets it. */
  label: string;
  description: string;
  disabled: boolean;
  required: boolean;
  invalid: boolean;
}
export interface StInput extends StControl {
  type: string;
  placeholder: string;
  readonly: boolean;
}
export interface StSelect extends StControl {
  options: readonly { value: string; text: string }[];
}
export interface StField extends HTMLElement {
  label: string;
  note: string;
  /** What is wrong. */
  message: string;
  required: boolean;
}
export interface StDialog extends HTMLElement {
  label: string;
  open: boolean;
  show(): void;
  close(): void;
}
declare global {
  interface HTMLElementTagNameMap {
    "st-button": StButton;
    "st-icon": StIcon;
    "st-input": StInput;
    "st-select": StSelect;
    "st-field": StField;
    "st-dialog": StDialog;
  }
}
