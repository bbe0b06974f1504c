"use client";

import { usePathname } from "next/navigation";
import { type ReactNode, useEffect, useState } from "react";
import { counted } from "@/lib/domain/figures";
import { sendUnsentWork, type UnsentWork } from "@/lib/sync/unsent-work";
import { classNames } from "./class-names";
import { Icon, type IconName } from "./icons";
import { Link } from "./link";
import { onReturn } from "./on-return";

/** How long it is said that something was sent, in milliseconds. */
const SAID = 10_000;

/** Sends what a user has left unsent in this browser, and says what becomes of it; nothing while there is nothing. */
export function UnsentWorkList({ user }: { user: string }) {
  const works = useUnsentWork(user);
  const [only, ...others] = works;
  if (!only) return null;
  return (
    <div ref={measureBar} className="border-b border-line bg-sunken px-3 py-1.5 text-sm sm:px-5">
      {others.length === 0 ? (
        <Work work={only} />
      ) : (
        <details className="group">
          <summary className="flex cursor-default list-none items-center gap-x-2 rounded-sm [&::-webkit-details-marker]:hidden">
            <Sign works={works} />
            <span dir="auto" className="figures">
              {summaryOf(works)}
            </span>
            <span className={classNames(linkLook, "group-open:hidden")}>Show them</span>
            <span className={classNames(linkLook, "hidden group-open:inline")}>Hide them</span>
          </summary>
          <ul className="mt-1 max-h-40 space-y-1 overflow-y-auto pb-1">
            {works.map((work) => (
              <li key={work.set}>
                <Work work={work} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

/** Pages that fill the window reckon with the bar. */
function measureBar(bar: HTMLElement | null): (() => void) | undefined {
  if (!bar) return undefined;
  const { style } = document.documentElement;
  const observer = new ResizeObserver(() => {
    style.setProperty("--unsent-work-height", `${bar.offsetHeight}px`);
  });
  observer.observe(bar);
  return () => {
    observer.disconnect();
    style.removeProperty("--unsent-work-height");
  };
}

function useUnsentWork(user: string): readonly UnsentWork[] {
  const path = usePathname();
  const [works, setWorks] = useState<readonly UnsentWork[]>([]);
  useEffect(() => {
    let isLooking = false;
    let forget: ReturnType<typeof setTimeout> | undefined;
    const forgetSent = () => setWorks((now) => now.filter((work) => !isSent(work)));
    const look = async () => {
      if (isLooking) return;
      isLooking = true;
      try {
        const found = await sendUnsentWork({
          user,
          path,
          sending: (work) => setWorks((others) => [...without(others, [work]), work]),
        });
        setWorks((before) => [...without(before.filter(isSent), found), ...found]);
        if (!found.some(isSent)) return;
        clearTimeout(forget);
        forget = setTimeout(forgetSent, SAID);
      } catch {
        // The storage fails; an article's own page says so.
      } finally {
        isLooking = false;
      }
    };
    const stop = onReturn(() => void look());
    return () => {
      stop();
      clearTimeout(forget);
      forgetSent();
    };
  }, [user, path]);
  return works;
}

const isSent = ({ state }: UnsentWork) => state === "sent";

function without(works: readonly UnsentWork[], known: readonly UnsentWork[]): UnsentWork[] {
  return works.filter((work) => known.every(({ set }) => set !== work.set));
}

const linkLook = "text-accent-strong underline";

/** One article's, in a sentence, with what can be done about it. */
function Work({ work }: { work: UnsentWork }) {
  const { page, changes, lost, state } = work;
  const title = (
    <>
      “<bdi>{page.title}</bdi>”
    </>
  );
  return (
    <div className="flex items-start gap-x-2">
      <Sign works={[work]} />
      <div className="flex min-w-0 grow flex-wrap items-center gap-x-3 gap-y-0.5">
        <span dir="auto" className="figures min-w-0">
          {state === "sending" && "Sending "}
          {counted(changes || lost, "change")} to {title}
          {changes > 0 ? endings[state](changes) : " could not be kept."}
          {changes > 0 && lost > 0 && ` ${lost} more could not be kept.`}
        </span>
        {state === "signed_out" && (
          <a href="/sign-in" target="_blank" rel="noopener">
            Sign in
          </a>
        )}
        {state === "waiting" && (
          <Link href={page.href} className={linkLook}>
            Open the article
          </Link>
        )}
      </div>
    </div>
  );
}

const are = (changes: number) => (changes === 1 ? "is" : "are");
const they = (changes: number) => (changes === 1 ? "It is" : "They are");

/** How the sentence on so many changes to an article ends. */
const endings: Record<UnsentWork["state"], (changes: number) => ReactNode> = {
  sending: () => "…",
  sent: (changes) => ` ${are(changes)} saved now.`,
  offline: (changes) =>
    ` ${are(changes)} kept in this browser: the server cannot be reached. ${they(changes)} sent as soon as it can.`,
  signed_out: (changes) => ` ${are(changes)} kept in this browser: you are signed out.`,
  later: (changes) =>
    ` ${are(changes)} kept in this browser: the server is busy. ${they(changes)} sent as soon as it is not.`,
  waiting: () => " cannot be sent without you.",
};

function Sign({ works }: { works: readonly UnsentWork[] }) {
  const worst = order.find((state) => works.some((work) => work.state === state)) ?? "sent";
  const { icon, tone } = signs[worst];
  return (
    <span className={`mt-0.5 ${tone}`}>
      <Icon name={icon} size={16} />
    </span>
  );
}

/** The most urgent first. */
const order = ["waiting", "signed_out", "offline", "later", "sending", "sent"] as const;

const signs: Record<UnsentWork["state"], { icon: IconName; tone: string }> = {
  waiting: { icon: "warning", tone: "text-warn" },
  signed_out: { icon: "warning", tone: "text-warn" },
  offline: { icon: "offline", tone: "text-warn" },
  later: { icon: "offline", tone: "text-warn" },
  sending: { icon: "upload", tone: "text-muted" },
  sent: { icon: "check", tone: "text-ok" },
};

function summaryOf(works: readonly UnsentWork[]): string {
  const unsaved = works.filter((work) => !isSent(work));
  const told = unsaved.length > 0 ? unsaved : works;
  const sum = told.reduce((total, { changes, lost }) => total + changes + lost, 0);
  const of = `${counted(sum, "change")} to ${counted(told.length, "article")}`;
  if (unsaved.length === 0) return `${of} ${are(sum)} saved now.`;
  if (unsaved.every(({ state }) => state === "sending")) return `Sending ${of}…`;
  return `${of} ${are(sum)} not saved yet.`;
}
