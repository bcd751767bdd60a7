/** Start: language and theme, then the first screen. */

import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { RouterProvider as AriaRouterProvider, I18nProvider } from "react-aria-components";
import { createRoot } from "react-dom/client";
import { queryClient } from "./api/queries";
import { session } from "./api/session";
import { boot } from "./boot";
import { activate, languageCode, matchLocale, useLocale } from "./i18n/i18n";
import { startTips } from "./kit/tips";
import { setProjectTitle } from "./kit/title";
import { router } from "./routes/routes";
import { preferences } from "./shell/preferences";
import "./styles/base.css";

/** Made anew in another language. */
function App() {
  const language = useLocale();
  return (
    <I18nProvider key={language} locale={languageCode()}>
      <AriaRouterProvider
        navigate={(to) => void router.navigate({ to })}
        useHref={(to) => router.buildLocation({ to }).href}
      >
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </AriaRouterProvider>
    </I18nProvider>
  );
}

async function start(): Promise<void> {
  preferences.apply();
  startTips();
  setProjectTitle(boot.branding.name);
  const known = session.likely && !boot.setupRequired;
  const wanted = matchLocale(preferences.get().locale, ...navigator.languages, boot.locale);
  await activate(wanted, known ? ["rest"] : []);
  const root = createRoot(document.getElementById("root") as HTMLElement);
  root.render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}

void start();
