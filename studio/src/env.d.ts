/// <reference types="vite/client" />

declare module "virtual:messages" {
  /** Locale → part → its words. */
  const catalogs: Record<
    typeof import("./i18n/parts").LOCALES[number],
    Record<import("./i18n/parts").Part, () => Promise<{ default: Record<string, string> }>>
  >;
  export default catalogs;
}

declare module "virtual:messages/*" {
  const messages: Record<string, string>;
  export default messages;
}

declare module "virtual:icons" {
  /** The addresses of the sprites of icons, by the letter that the names in it begin with. */
  const sprites: Record<string, string>;
  export default sprites;
}
