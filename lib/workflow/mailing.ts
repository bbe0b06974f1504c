import { createTransport, type Transporter } from "nodemailer";
import { seal, unseal } from "@/lib/access/sealing";
import { headlineOf, notificationKinds } from "@/lib/domain/notifications";
import { Refusal } from "@/lib/domain/refusal";
import { type Database, database, sqlTransaction } from "@/lib/store/database";
import {
  contentOfMail,
  type DueMail,
  forgetWaitingMail,
  type NotificationRow,
  postponeMail,
  settleMail,
  setUnmailedKinds,
  takeDueMail,
} from "@/lib/store/notifications";

/** Where mail is handed in, and in whose name. */
export type MailSettings = {
  /** "smtp://user:password@host:587", or "smtps://…". */
  readonly url: string;
  /** "Gainsay <gainsay@example.org>". */
  readonly from: string;
  /** Where people reach Gainsay, without a slash at the end. */
  readonly base: string;
  /** The server's key, under which links are sealed that end mails. */
  readonly secret: string;
};

/** What a link that ends mails is sealed for: it says whose mails, and opens nothing else. */
const [endingPurpose, endingOwner] = ["link that ends mails", "its reader"] as const;

/** What stands in the link by which somebody gets no more mail, without signing in. */
export function endingToken(userId: string, secret: string): string {
  return seal(Buffer.from(userId), endingPurpose, endingOwner, secret).toString("base64url");
}

/**
 * Has whoever a mail was for get no mail any more, of whatever kind. Often is as good as once.
 *
 * @param token of {@link endingToken}, as it stands in an address
 * @throws Refusal "not_found" for one that is none
 */
export async function endMail(token: string, secret: string): Promise<void> {
  const userId = unseal(Buffer.from(token, "base64url"), endingPurpose, endingOwner, secret);
  if (!userId) throw new Refusal("not_found", "There is no such link.");
  await setUnmailedKinds(database().pool, userId.toString(), notificationKinds);
}

/**
 * What the environment says of mail; null where it says that there is none.
 *
 * @throws Refusal "invalid" for what no mail can be sent by
 */
export function mailSettings(env: NodeJS.ProcessEnv = process.env): MailSettings | null {
  const { SMTP_URL: url = "", MAIL_FROM: from = "", NEXTAUTH_URL: base = "" } = env;
  if (url === "") return null;
  if (!/^smtps?:\/\//.test(url) || !URL.canParse(url)) {
    throw new Refusal(
      "invalid",
      "SMTP_URL is the server that takes mail, such as smtp://user:password@mail.example.org:587.",
    );
  }
  if (!/^[^\r\n]*[^\s@<>]+@[^\s@<>]+>?$/.test(from)) {
    throw new Refusal(
      "invalid",
      "MAIL_FROM is whom mail is from, such as Gainsay <gainsay@example.org>; SMTP_URL needs it.",
    );
  }
  const { NEXTAUTH_SECRET: secret } = env;
  if (!secret) throw new Error("NEXTAUTH_SECRET is not set."); // whoever starts a node sees to it
  return { url, from, base: base.replace(/\/$/, ""), secret };
}

/** Milliseconds that a server gets for each step: one that is dead holds nothing up for longer. */
const PATIENCE = 10_000;

/** Days after which a mail is given up. */
const GIVEN_UP_AFTER = 3;

/** Seconds after a try that failed, doubled each time, up to an hour. */
const AGAIN_AFTER = 60;
const AGAIN_AT_MOST = 3600;

/** The most that one pass sends, so that stopping need not wait for long. */
const MOST_AT_ONCE = 100;

/**
 * Sends the mails that are due, one for each person. A mail is marked before and after it is handed in: who is
 * killed in between has it handed in again after ten minutes, under the same Message-ID.
 *
 * @returns why it stopped before all were sent; null if it did not
 */
export async function sendDueMails(
  db: Database,
  settings: MailSettings | null,
  { signal, patience = PATIENCE }: { signal?: AbortSignal; patience?: number } = {},
): Promise<Error | null> {
  if (settings === null) {
    await forgetWaitingMail(db.pool);
    return null;
  }
  const transport = createTransport({
    url: settings.url,
    connectionTimeout: patience,
    greetingTimeout: patience,
    socketTimeout: patience,
    dnsTimeout: patience,
    // What is told is no reason to read a file or to ask another server.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    for (let sent = 0; sent < MOST_AT_ONCE && !signal?.aborted; sent += 1) {
      const mail = await sqlTransaction(db, takeDueMail);
      if (!mail) return null;
      const failed = await send(db, transport, settings, mail);
      // A server that is not there for one is not there for the others.
      if (failed) return failed;
    }
    return null;
  } finally {
    transport.close();
  }
}

/** @returns what is wrong with the server, if it is that; what is wrong with the mail alone ends it */
async function send(
  db: Database,
  transport: Transporter,
  settings: MailSettings,
  mail: DueMail,
): Promise<Error | null> {
  const told = await contentOfMail(db.pool, mail);
  if (told.length === 0) {
    await settleMail(db.pool, mail.id, "none");
    return null;
  }
  try {
    await transport.sendMail(messageOf(mail, told, settings));
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const isRefused = refusedForGood(error);
    const age = Date.now() - mail.since.getTime();
    if (isRefused || age > GIVEN_UP_AFTER * 86_400_000) {
      await settleMail(db.pool, mail.id, "failed");
    } else {
      const wait = Math.min(AGAIN_AFTER * 2 ** (mail.attempts - 1), AGAIN_AT_MOST);
      await postponeMail(db.pool, mail.id, wait);
    }
    return isRefused || isOfOneMail(error) ? null : error;
  }
  await settleMail(db.pool, mail.id, "sent");
  return null;
}

/** Whether the server said that it will never take this mail (RFC 5321: 5yz), which a wrong password is not. */
function refusedForGood(error: Error): boolean {
  return isOfOneMail(error) && "responseCode" in error && Number(error.responseCode) >= 500;
}

/** Whether it was this recipient or text that the server did not take. The sender is that of every mail: settings are wrong. */
function isOfOneMail(error: Error): boolean {
  if (!("code" in error)) return false;
  const isOfSender = "command" in error && error.command === "MAIL FROM";
  return error.code === "EMESSAGE" || (error.code === "EENVELOPE" && !isOfSender);
}

/** What is put into a mail's HTML. */
function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/**
 * The mail itself. Names go into it as parts that nodemailer encodes, never into a header by hand; the subject
 * says nothing of what is in a project.
 */
export function messageOf(
  { id, userId, email, name }: Pick<DueMail, "id" | "userId" | "email" | "name">,
  told: readonly NotificationRow[],
  { from, base, secret }: Omit<MailSettings, "url">,
) {
  const entries = told.map((row) => ({
    headline: headlineOf({
      kind: row.kind,
      by: row.actorName,
      articles: row.articles,
      dueAt: row.dueAt,
    }),
    about: [row.articleTitle ?? row.roundTitle, row.projectTitle].filter((part) => part !== null),
    // Who follows it has read it, and is where it leads to.
    link: `${base}/notifications/${row.id}`,
  }));
  const choices = `${base}/account#mail`;
  const text = [
    ...entries.map(({ headline, about, link }) => `${headline}\n${about.join(" · ")}\n${link}`),
    `What you get by mail is for you to choose: ${choices}`,
  ].join("\n\n");
  const html = [
    "<!doctype html><html><body>",
    ...entries.map(
      ({ headline, about, link }) =>
        `<p><a href="${escaped(link)}">${escaped(headline)}</a><br>${about
          .map((part) => `<bdi>${escaped(part)}</bdi>`)
          .join(" · ")}</p>`,
    ),
    `<p><small>What you get by mail is for you to <a href="${escaped(choices)}">choose</a>.</small></p>`,
    "</body></html>",
  ].join("\n");
  const host = URL.canParse(base) ? new URL(base).hostname : "localhost";
  return {
    from,
    to: { name, address: email },
    subject:
      told.length === 1 ? "Gainsay: something for you" : `Gainsay: ${told.length} things for you`,
    messageId: `<${id}@${host}>`,
    text,
    html,
    list: { unsubscribe: `${base}/mail/${endingToken(userId, secret)}` },
    headers: {
      "Auto-Submitted": "auto-generated",
      "X-Auto-Response-Suppress": "All",
      // RFC 8058: the mail program may ask by itself, once somebody presses its button; by https alone.
      ...(base.startsWith("https:")
        ? { "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" }
        : {}),
    },
  };
}
