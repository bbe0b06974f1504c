"use client";

import { useEffect, useState } from "react";

const steps = [
  { unit: "second", seconds: 60, size: 1 },
  { unit: "minute", seconds: 3600, size: 60 },
  { unit: "hour", seconds: 86_400, size: 3600 },
  { unit: "day", seconds: 30 * 86_400, size: 86_400 },
] as const;

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const calendar = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });

/** "3 minutes ago"; from 30 days on, the date. */
function inWords(at: Date, now: Date): string {
  const seconds = (at.getTime() - now.getTime()) / 1000;
  const step = steps.find((candidate) => Math.abs(seconds) < candidate.seconds);
  if (!step) return calendar.format(at);
  if (step.unit === "second") return seconds > 0 ? "in a moment" : "just now";
  return relative.format(Math.trunc(seconds / step.size), step.unit);
}

/**
 * A moment, told from now; the exact time is its title. The server, which does not know when the
 * page will be read, sends the date. Without a moment, what it is of has never been.
 */
export function TimeAgo({ at }: { at: string | null }) {
  const [now, setNow] = useState<Date | null>(null);
  useEffect(() => {
    setNow(new Date());
    const timer = setInterval(() => setNow(new Date()), 60_000);
    return () => clearInterval(timer);
  }, []);
  if (at === null) return <span className="text-muted">Never</span>;
  const moment = new Date(at);
  return (
    <time dateTime={at} title={at} className="whitespace-nowrap">
      {now ? inWords(moment, now) : calendar.format(moment)}
    </time>
  );
}
