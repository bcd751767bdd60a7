/** The frame of all pages without a person: what project this is, one card, the language. */
import { Globe } from "lucide-react";
import { type ReactNode, useState } from "react";
import { url } from "~/api/address";
import { boot } from "~/boot";
import { LOCALE_NAMES, type Locale, locale, t } from "~/i18n/i18n";
import { LOCALES } from "~/i18n/parts";
import { cx } from "~/kit/style";
import { useTitle } from "~/kit/title";
import { setLanguage } from "~/shell/person";

export function AuthLayout({
  title,
  text,
  children,
  footer,
  wide,
}: {
  title: string;
  text?: ReactNode;
  children?: ReactNode;
  /** Below the card: the ways to other pages. */
  footer?: ReactNode;
  wide?: boolean;
}) {
  useTitle(title);
  return (
    <div className="flex min-h-full flex-col bg-sunken max-sm:bg-surface">
      <main className={cx("m-auto w-full p-6 max-sm:mt-0 max-sm:px-5", wide ? "max-w-lg" : "max-w-[26rem]")}>
        <Brand />
        <div className="flex flex-col gap-5 rounded-dialog border border-line bg-surface p-7 shadow-raised max-sm:rounded-none max-sm:border-0 max-sm:p-0 max-sm:shadow-none">
          <div>
            <h1 className="text-page font-semibold text-balance">{title}</h1>
            {text && <p className="mt-1 text-fg-2 text-pretty">{text}</p>}
          </div>
          {children}
        </div>
        {footer && <div className="mt-5 text-center text-fg-2">{footer}</div>}
      </main>
      <footer className="flex justify-center pb-5">
        <LanguageChoice />
      </footer>
    </div>
  );
}

function Brand() {
  const [missing, setMissing] = useState(false);
  const { logo, name } = boot.branding;
  return (
    <div className="mb-5 flex items-center justify-center gap-2.5 max-sm:mt-4 max-sm:justify-start">
      <img
        src={logo && !missing ? url(`/assets/${logo}`) : new URL("icon.svg", document.baseURI).href}
        alt=""
        className="h-8 max-w-40 object-contain"
        onError={() => setMissing(true)}
      />
      <span className="min-w-0 truncate text-[16px] font-semibold">{name}</span>
    </div>
  );
}

function LanguageChoice() {
  return (
    <label className="flex items-center gap-1.5 rounded-control px-2 text-dense text-fg-2 focus-within:text-fg hover:text-fg">
      <Globe size={16} aria-hidden />
      <span className="sr-only">{t("shell.language")}</span>
      <select
        value={locale()}
        onChange={(event) => void setLanguage(event.target.value as Locale)}
        className="min-h-8 rounded-control pointer-coarse:min-h-11 bg-transparent"
      >
        {LOCALES.map((one) => (
          <option key={one} value={one} lang={one} className="bg-raised text-fg">
            {LOCALE_NAMES[one]}
          </option>
        ))}
      </select>
    </label>
  );
}
