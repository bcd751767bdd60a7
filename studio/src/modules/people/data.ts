/** People as the Directus wire has them. */
import type { Tone } from "~/kit/bits";

export interface Person {
  id: string;
  first_name: string | null;
  last_name: string | null;
  email: string | null;
  avatar: string | null;
  title: string | null;
  status: string;
  last_access: string | null;
  provider: string;
  tfa_secret: string | null;
  role: { id: string; name: string } | null;
  policies: { id: string; policy: string }[];
}

export const PERSON_FIELDS =
  "id,first_name,last_name,email,avatar,title,status,last_access,provider,tfa_secret,role.id,role.name,policies.id,policies.policy";

export const STATUSES = ["active", "invited", "draft", "suspended", "archived"];
export const TONES: Record<string, Tone> = {
  active: "success",
  invited: "info",
  unverified: "info",
  draft: "neutral",
  suspended: "danger",
  archived: "neutral",
};
