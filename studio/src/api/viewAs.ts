/** Looking at the studio as somebody else: as long as it is set, every request is answered as that person would be. */
const KEY = "satchel.view-as";

export interface ViewedPerson {
  /** A user's id, or `public` for a guest. */
  id: string;
  name: string;
}

function load(): ViewedPerson | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "null") as ViewedPerson | null;
  } catch {
    return null;
  }
}

const viewed = load();

export const viewedPerson = (): ViewedPerson | null => viewed;

/** Look as this person from now on, in this tab; null ends it. The page is loaded anew, so nothing of before stays. */
export function viewAs(person: ViewedPerson | null, path: string): void {
  if (person) sessionStorage.setItem(KEY, JSON.stringify(person));
  else sessionStorage.removeItem(KEY);
  window.location.assign(path);
}
