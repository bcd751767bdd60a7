/** Who sees a module: everyone, superusers, or who may read a collection. Superusers see all. */
export function isVisible(
  needs: "admin" | { read: string } | undefined,
  admin: boolean,
  mayRead: (collection: string) => boolean,
): boolean {
  if (!needs || admin) return true;
  return needs !== "admin" && mayRead(needs.read);
}
