/** What the server says of the sample project. */
import { queryOptions } from "@tanstack/react-query";
import { get } from "~/api/client";

export const SAMPLE_PATH = "/studio/api/sample";

interface Sample {
  current: { name: string; made: string; items: Record<string, number> } | null;
  restorableUntil: string | null;
}

export const sampleQuery = queryOptions({
  queryKey: ["sample"],
  queryFn: ({ signal }) => get<Sample>(SAMPLE_PATH, undefined, signal),
});
