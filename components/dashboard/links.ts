import { addressOf, everything, type ListQuery } from "../articles/list-query";

/** Makes the addresses of the articles of a project behind a number. */
export function linksInto(project: string) {
  return (query: Partial<ListQuery>) =>
    `/projects/${project}/articles${addressOf({ ...everything, ...query })}`;
}
export type LinkTo = ReturnType<typeof linksInto>;

const short = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const long = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });

/** A day (UTC) as it stands beside others: "27 Nov". */
export const shortDay = (day: string) => short.format(new Date(day));

/** A day (UTC) by itself: "27 Nov 2026". */
export const longDay = (day: string) => long.format(new Date(day));

/** A share of 1 as agreement is written: "0.83". */
export const twoDigits = (share: number) => share.toFixed(2);
