/** The title of the browser's tab: the page's, then the project's. */
import { useEffect } from "react";

let project = "";

export function setProjectTitle(name: string): void {
  project = name;
  document.title = name;
}

/** The page's title while it is shown. Nothing changes for undefined. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    if (title === undefined) return;
    document.title = title && title !== project ? `${title} · ${project}` : project;
  }, [title]);
}
