/// <reference types="vite/client" />

declare const __LOCALES__: readonly string[];

declare module "virtual:messages/*" {
  const messages: Record<string, string>;
  export default messages;
}
