/** A person's notifications. */
import { get } from "~/api/client";
import type { Key, User } from "~/api/types";

export interface Notification {
  id: Key;
  status: "inbox" | "archived";
  timestamp: string;
  subject: string;
  message: string | null;
  collection: string | null;
  item: string | null;
  sender: Pick<User, "first_name" | "last_name" | "email" | "avatar"> | null;
}

const FIELDS =
  "id,status,timestamp,subject,message,collection,item,sender.first_name,sender.last_name,sender.email,sender.avatar";

/** Those of the person, the latest first. */
export const notificationsQuery = (status: Notification["status"], limit = 50) => ({
  queryKey: ["notifications", status, limit],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    get<Notification[]>(
      "/notifications",
      {
        fields: FIELDS,
        sort: "-timestamp",
        limit,
        filter: { recipient: { _eq: "$CURRENT_USER" }, status: { _eq: status } },
      },
      signal,
    ),
});
