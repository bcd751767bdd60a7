/** The pages about oneself: the navigation beside them, and what the command palette finds. */
import { KeyRound, type LucideIcon, ShieldCheck, SlidersHorizontal, UserRound } from "lucide-react";

export const ROOMS: { id: string; path: string; icon: LucideIcon }[] = [
  { id: "profile", path: "/me", icon: UserRound },
  { id: "security", path: "/me/security", icon: ShieldCheck },
  { id: "token", path: "/me/token", icon: KeyRound },
  { id: "preferences", path: "/me/preferences", icon: SlidersHorizontal },
];
