/** Getting files out: one as it is, several in an archive. */
import { url } from "~/api/address";
import { send } from "~/api/client";
import { ApiError, problemsOf } from "~/api/errors";

function save(address: string, name: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}

/** Raises ApiError when the archive can't be made. */
export async function downloadFiles(ids: string[]): Promise<void> {
  const [first] = ids;
  if (first === undefined) return;
  if (ids.length === 1) {
    save(url(`/assets/${first}`, { download: true }), "");
    return;
  }
  const answer = await send("POST", "/assets/files", { body: { ids } });
  if (!answer.ok) throw new ApiError(answer.status, problemsOf(answer.status, await answer.json().catch(() => null)));
  const address = URL.createObjectURL(await answer.blob());
  save(address, "files.zip");
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
