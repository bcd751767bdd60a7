/** Sends files to the library: small ones in one request, large ones in pieces that can be taken up again. */
import { url } from "~/api/address";
import { request, requestBody } from "~/api/client";
import { ApiError } from "~/api/errors";

/** Above this a file goes in pieces. */
const WHOLE = 8_000_000;

export interface UploadedFile {
  id: string;
  title: string | null;
  type: string | null;
  filename_download: string;
  filesize: number | string | null;
}

export interface UploadOptions {
  folder?: string | null;
  onProgress?: (part: number) => void;
  signal?: AbortSignal;
}

const FIELDS = "id,title,type,filename_download,filesize,width,height";

export async function uploadFile(
  file: File,
  { folder, onProgress, signal }: UploadOptions = {},
): Promise<UploadedFile> {
  if (file.size > WHOLE) return inPieces(file, { folder, onProgress, signal });
  const form = new FormData();
  if (folder) form.append("folder", folder);
  form.append("file", file, file.name);
  const answer = await requestBody<{ data: UploadedFile } | undefined>("POST", "/files", {
    body: form,
    query: { fields: FIELDS },
    signal,
  });
  if (!answer)
    throw new ApiError(204, [
      { message: "The file was stored, but may not be read.", code: "UNKNOWN", extensions: {} },
    ]);
  return answer.data;
}

async function inPieces(file: File, { folder, onProgress, signal }: UploadOptions): Promise<UploadedFile> {
  const [{ default: Uppy }, { default: Tus }] = await Promise.all([import("@uppy/core"), import("@uppy/tus")]);
  const id = await new Promise<string>((resolve, reject) => {
    let found = "";
    let status = 0;
    const uppy = new Uppy({ autoProceed: true }).use(Tus, {
      endpoint: url("/files/tus"),
      chunkSize: WHOLE,
      withCredentials: true,
      allowedMetaFields: ["filename_download", "type", "folder"],
      onAfterResponse: (_request, response) => {
        found = response.getHeader("Directus-File-Id") ?? found;
        status = response.getStatus();
      },
    });
    signal?.addEventListener("abort", () => uppy.cancelAll());
    uppy.on("progress", (percent) => onProgress?.(percent / 100));
    const fail = (error: Error) => {
      const code = status === 413 ? "CONTENT_TOO_LARGE" : "UNKNOWN";
      reject(new ApiError(status, [{ message: error.message, code, extensions: {} }]));
    };
    uppy.on("error", fail);
    uppy.on("upload-error", (_file, error) => fail(error));
    uppy.on("cancel-all", () => reject(new DOMException("Aborted", "AbortError")));
    uppy.on("complete", ({ successful }) => {
      if (successful?.length && found) resolve(found);
    });
    uppy.addFile({
      name: file.name,
      type: file.type,
      data: file,
      meta: { filename_download: file.name, ...(folder ? { folder } : {}) },
    });
  });
  return request<UploadedFile>("GET", `/files/${id}`, { query: { fields: FIELDS } });
}

/** Let the server fetch a file. */
export const importFile = (address: string, folder?: string | null): Promise<UploadedFile> =>
  request<UploadedFile>("POST", "/files/import", {
    body: { url: address, ...(folder ? { data: { folder } } : {}) },
    query: { fields: FIELDS },
  });
