import { createServer } from "node:net";
import { beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { GET, POST } from "@/app/mail/[token]/route";
import type { UserActor } from "@/lib/access/actor";
import { notificationKinds } from "@/lib/domain/notifications";
import { database, sqlTransaction } from "@/lib/store/database";
import { takeDueMail, tell } from "@/lib/store/notifications";
import { endingToken, mailSettings, sendDueMails } from "@/lib/workflow/mailing";
import { removeMember } from "@/lib/workflow/members";
import {
  changeMailChoices,
  mailChoicesOf,
  notificationsPage,
  readNotifications,
} from "@/lib/workflow/notifying";
import { aDatabase, sql } from "../setup/database";
import { aMailServer, type ReceivedMail } from "../setup/mail-server";
import { aRound, aTeam } from "../setup/rounds";

const secret = "of the nodes of these tests, and long enough";

beforeAll(async () => {
  vi.stubEnv("NEXTAUTH_SECRET", secret);
  await aDatabase();
});
// What one test leaves waiting is none of the next one's.
beforeEach(() => sql("DELETE FROM notifications"));

/** Sends what is due to a server, as a node would. */
const send = (
  url: string,
  {
    base = "https://gainsay.example.org",
    ...options
  }: Parameters<typeof sendDueMails>[2] & { base?: string } = {},
) =>
  sendDueMails(
    database(),
    mailSettings({
      NODE_ENV: "test",
      SMTP_URL: url,
      MAIL_FROM: "Gainsay <gainsay@example.org>",
      NEXTAUTH_URL: base,
      NEXTAUTH_SECRET: secret,
    }),
    options,
  );

/** Somebody who was told something that waits to be mailed, and is due. */
async function somebodyTold({ name = "Ana", times = 1 } = {}) {
  const world = await aTeam({ reviewers: 1, articles: 1 });
  const [ana] = world.team as [UserActor];
  await sql("UPDATE users SET name = $2 WHERE id = $1", [ana.userId, name]);
  await aRound(world, { way: "queue" });
  const { rows } = await sql("SELECT id FROM rounds WHERE project_id = $1", [world.project.id]);
  await sql("DELETE FROM notifications WHERE user_id = $1", [ana.userId]);
  const told = {
    kind: "assigned",
    projectId: world.project.id,
    actorId: world.admin.userId,
    roundId: rows[0]?.id,
    articleId: null,
    remark: null,
  } as const;
  for (let n = 0; n < times; n += 1) {
    await tell(database().pool, [ana.userId], told, { isMailed: true });
  }
  await due(ana);
  return { ...world, ana, told };
}

const due = ({ userId }: UserActor) =>
  sql(
    "UPDATE notifications SET mail_after = now() - interval '1 second' WHERE user_id = $1 AND mail_state = 'waiting'",
    [userId],
  );

/** What has become of somebody's mail: states with how often each was tried. */
async function statesOf({ userId }: UserActor) {
  const { rows } = await sql(
    "SELECT mail_state, mail_attempts FROM notifications WHERE user_id = $1 ORDER BY created_at",
    [userId],
  );
  return rows.map((row) => `${row.mail_state} ${row.mail_attempts}`);
}

describe("a mail", () => {
  test("is delivered once, with all that gathered for one person", async () => {
    const server = await aMailServer();
    const { ana } = await somebodyTold({ times: 3 });
    expect(await send(server.url)).toBeNull();
    expect(await send(server.url)).toBeNull();
    expect(server.received.map(({ to }) => to)).toEqual([[ana.email]]);
    expect(await statesOf(ana)).toEqual(["sent 1", "sent 1", "sent 1"]);
    const { headers, source } = server.received[0] as ReceivedMail;
    expect(headers.get("subject")).toBe("Gainsay: 3 things for you");
    expect(headers.get("from")).toBe("Gainsay <gainsay@example.org>");
    expect(headers.get("auto-submitted")).toBe("auto-generated");
    expect(headers.get("message-id")).toMatch(/^<[0-9a-f-]{36}@gainsay\.example\.org>$/);
    expect(source).toContain("text/plain");
    expect(source).toContain("text/html");
    expect(source.replaceAll("=\r\n", "")).toMatch(
      /https:\/\/gainsay\.example\.org\/notifications\/[0-9a-f-]{36}/,
    );
  });

  test("waits until what is told has gathered", async () => {
    const server = await aMailServer();
    const { ana, told } = await somebodyTold();
    await tell(database().pool, [ana.userId], told, { isMailed: true });
    await sql("UPDATE notifications SET mail_after = now() + interval '1 minute'");
    await send(server.url);
    expect(server.received).toEqual([]);
    await due(ana);
    await send(server.url);
    expect(server.received).toHaveLength(1);
  });

  test("goes once to each of many, however many nodes send at once", async () => {
    const server = await aMailServer();
    const people = [];
    for (let n = 0; n < 6; n += 1) people.push(await somebodyTold({ times: 2 }));
    await Promise.all([1, 2, 3].map(() => send(server.url)));
    expect(server.received.map(({ to }) => to[0]).sort()).toEqual(
      people.map(({ ana }) => ana.email).sort(),
    );
  });

  test("comes once the server is up again, and is tried later each time", async () => {
    const first = await aMailServer();
    await first.close();
    const { ana } = await somebodyTold();
    expect(await send(first.url)).toBeInstanceOf(Error);
    expect(await send(first.url)).toBeNull(); // nothing is due before its time
    await due(ana);
    expect(await send(first.url)).toBeInstanceOf(Error);
    expect(await statesOf(ana)).toEqual(["waiting 2"]);
    const again = await aMailServer({ port: first.port });
    await send(again.url);
    expect(again.received).toEqual([]);
    await due(ana);
    expect(await send(again.url)).toBeNull();
    expect(again.received).toHaveLength(1);
    expect(await statesOf(ana)).toEqual(["sent 3"]);
  });

  test("that a server will never take is given up, and holds up no other", async () => {
    const { ana } = await somebodyTold();
    const other = await somebodyTold();
    const server = await aMailServer({ refused: [ana.email] });
    expect(await send(server.url)).toBeNull();
    expect(await statesOf(ana)).toEqual(["failed 1"]);
    expect(server.received.map(({ to }) => to)).toEqual([[other.ana.email]]);
  });

  test("is not given up because a server does not take what Gainsay sends: no mail of it is wrong", async () => {
    const { ana } = await somebodyTold();
    const other = await somebodyTold();
    const refusing = await aMailServer({ refused: ["gainsay@example.org"] });
    expect(await send(refusing.url)).toBeInstanceOf(Error);
    await due(ana);
    const states = [await statesOf(ana), await statesOf(other.ana)].flat();
    expect(states.map((state) => state.split(" ")[0])).toEqual(["waiting", "waiting"]);
    const server = await aMailServer();
    expect(await send(server.url)).toBeNull();
    expect(server.received).toHaveLength(2);
  });

  test("is given up after three days", async () => {
    const server = await aMailServer();
    await server.close();
    const { ana } = await somebodyTold();
    await sql("UPDATE notifications SET created_at = now() - interval '73 hours'");
    await send(server.url);
    expect(await statesOf(ana)).toEqual(["failed 1"]);
  });

  test("whose sender died half-way is sent again, as the same mail, without what came since", async () => {
    const server = await aMailServer();
    const { ana, told } = await somebodyTold();
    // It took the mail, and died before it could say what became of it.
    const taken = await sqlTransaction(database(), takeDueMail);
    await send(server.url);
    expect(server.received).toEqual([]);
    await tell(database().pool, [ana.userId], told, { isMailed: true });
    await sql(
      "UPDATE notifications SET mail_after = now() - interval '1 second' WHERE mail_id IS NOT NULL",
    );
    await send(server.url);
    const [{ headers } = { headers: new Map<string, string>() }] = server.received;
    expect(headers.get("message-id")).toBe(`<${taken?.id}@gainsay.example.org>`);
    expect(headers.get("subject")).toBe("Gainsay: something for you");
    expect(await statesOf(ana)).toEqual(["sent 2", "waiting 0"]);
  });

  test("that was taken before the connection broke keeps its Message-ID the second time", async () => {
    const received: ReceivedMail[] = [];
    let breakOff: () => Promise<void> = async () => undefined;
    const server = await aMailServer({
      received,
      // Never answers: the connection is cut instead.
      onTaken: () => breakOff().then(() => new Promise<void>(() => undefined)),
    });
    const { ana } = await somebodyTold();
    breakOff = async () => void server.close();
    expect(await send(server.url, { patience: 1_000 })).toBeInstanceOf(Error);
    expect(await statesOf(ana)).toEqual(["waiting 1"]);
    const again = await aMailServer({ received });
    await due(ana);
    await send(again.url);
    expect(received).toHaveLength(2);
    expect(new Set(received.map(({ headers }) => headers.get("message-id"))).size).toBe(1);
  });

  test("to a server that says nothing ends by itself, and is tried again", async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => new Promise((resolve) => silent.close(() => resolve(undefined))));
    const address = silent.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const { ana } = await somebodyTold();
    expect(await send(`smtp://127.0.0.1:${port}`, { patience: 200 })).toBeInstanceOf(Error);
    expect(await statesOf(ana)).toEqual(["waiting 1"]);
  });
});

describe("a link in each mail", () => {
  /** The address that a mail program asks when its button is pressed, once somebody has had a mail. */
  async function mailed(base?: string) {
    const server = await aMailServer();
    const world = await somebodyTold();
    expect(await send(server.url, base === undefined ? {} : { base })).toBeNull();
    const [{ headers } = { headers: new Map() }] = server.received;
    const link = /^<([^<>\s]+)>$/.exec(headers.get("list-unsubscribe") ?? "")?.[1] ?? "";
    return { ...world, headers, link, token: link.split("/mail/")[1] ?? "" };
  }
  const press = (token: string) => {
    const body = new URLSearchParams({ "List-Unsubscribe": "One-Click" });
    // As a mail program asks: of no page, without a cookie.
    const asked = new Request(`https://gainsay.example.org/mail/${token}`, {
      method: "POST",
      body,
    });
    return POST(asked, { params: Promise.resolve({ token }) });
  };

  test("ends them at one press, of every kind, and nobody else's; what waits is not sent", async () => {
    const { ana, headers, link, token, told } = await mailed();
    expect(headers.get("list-unsubscribe-post")).toBe("List-Unsubscribe=One-Click");
    expect(link).toMatch(/^https:\/\/gainsay\.example\.org\/mail\/[\w-]{60,100}$/);
    expect(link).not.toContain(ana.userId);
    const other = await somebodyTold();
    await tell(database().pool, [ana.userId], told, { isMailed: true });
    await due(ana);
    expect((await press(token)).status).toBe(204);
    expect((await press(token)).status).toBe(204); // mail programs may ask again
    expect((await mailChoicesOf(ana)).kinds).toEqual([]);
    expect((await mailChoicesOf(other.ana)).kinds).toEqual(notificationKinds);
    const server = await aMailServer();
    await send(server.url);
    expect(server.received.map(({ to }) => to)).toEqual([[other.ana.email]]);
    // By the account page it begins again.
    await changeMailChoices(ana, { kinds: ["returned"] });
    expect((await mailChoicesOf(ana)).kinds).toEqual(["returned"]);
  });

  test("that was not made here, or not copied whole, ends nothing", async () => {
    const { ana, token } = await mailed();
    const forged = endingToken(ana.userId, "of another node, and as long as the other one is");
    const [first = ""] = token;
    const others = [
      forged,
      token.slice(1),
      `${first === "A" ? "B" : "A"}${token.slice(1)}`,
      ana.userId,
      "",
    ];
    for (const one of others) expect((await press(one)).status).toBe(404);
    expect((await mailChoicesOf(ana)).kinds).toEqual(notificationKinds);
  });

  test("is not said to work by itself where no mail program would ask: without https", async () => {
    const { headers, link } = await mailed("http://127.0.0.1:3000");
    expect(link).toMatch(/^http:/);
    expect(headers.get("list-unsubscribe-post")).toBeUndefined();
  });

  test("changes nothing when it is looked at", () => {
    expect(GET).toThrow("NEXT_REDIRECT");
  });
});

describe("no mail is sent", () => {
  test("of what was read, unwanted, or is not there for them any more by then", async () => {
    const server = await aMailServer();
    const read = await somebodyTold();
    await readNotifications(read.ana, undefined);
    const unwanted = await somebodyTold();
    await changeMailChoices(unwanted.ana, { kinds: ["returned"] });
    const gone = await somebodyTold();
    await removeMember(gone.admin, gone.project.slug, gone.ana.userId);
    const disabled = await somebodyTold();
    await sql("UPDATE users SET disabled_at = now() WHERE id = $1", [disabled.ana.userId]);
    await send(server.url);
    expect(server.received).toEqual([]);
    for (const { ana } of [read, unwanted, gone, disabled]) {
      expect(await statesOf(ana)).toEqual(["none 1"]);
    }
  });

  test("of what its reader wants no mail of: it does not even wait", async () => {
    const { ana, told } = await somebodyTold();
    await changeMailChoices(ana, { kinds: [] });
    await tell(database().pool, [ana.userId], told, { isMailed: true });
    expect(await statesOf(ana)).toEqual(["waiting 0", "none 0"]);
  });

  test("and nothing waits where no server is configured; what waited is forgotten", async () => {
    const { ana, told } = await somebodyTold();
    await tell(database().pool, [ana.userId], told, { isMailed: false });
    expect(await statesOf(ana)).toEqual(["waiting 0", "none 0"]);
    expect(await sendDueMails(database(), mailSettings({ NODE_ENV: "test" }))).toBeNull();
    expect(await statesOf(ana)).toEqual(["none 0", "none 0"]);
    expect((await notificationsPage(ana)).notifications).toHaveLength(2);
  });
});

test.for([
  { name: "Ana\r\nBcc: eve@example.org", word: "a line break" },
  { name: 'Ana" <eve@example.org>, "', word: "an address" },
  { name: "=?utf-8?q?Ana=0ABcc=3A_eve@example.org?=", word: "an encoded word" },
  { name: "<script>alert(1)</script>", word: "HTML" },
  { name: "\u202eana\u2066 مریم", word: "marks of direction" },
])("a name that has $word in it changes nothing of a mail", async ({ name }) => {
  const server = await aMailServer();
  const { ana, admin } = await somebodyTold({ name });
  // As no form takes it, so past all of them.
  await sql("UPDATE users SET name = $2 WHERE id = $1", [admin.userId, name]);
  await send(server.url);
  const [mail] = server.received;
  expect(mail?.to).toEqual([ana.email]);
  expect(mail?.headers.has("bcc")).toBe(false);
  const outsideQuotes = mail?.headers.get("to")?.replaceAll(/"(?:\\.|[^"\\])*"/g, "");
  expect(outsideQuotes?.match(/<[^>]*>/g)).toEqual([`<${ana.email}>`]);
  const [, html] = mail?.source.split("text/html") ?? [];
  expect(html).not.toContain("<script>");
});

test.for([
  { env: { SMTP_URL: "mail.example.org", MAIL_FROM: "g@example.org" } },
  { env: { SMTP_URL: "http://mail.example.org", MAIL_FROM: "g@example.org" } },
  { env: { SMTP_URL: "smtp://mail.example.org" } },
  { env: { SMTP_URL: "smtp://mail.example.org", MAIL_FROM: "Gainsay" } },
  {
    env: { SMTP_URL: "smtp://mail.example.org", MAIL_FROM: "g@example.org\r\nBcc: e@example.org" },
  },
])("$env cannot send mail, and that is said at the start", ({ env }) => {
  expect(() => mailSettings({ NODE_ENV: "test", ...env })).toThrow(/SMTP_URL|MAIL_FROM/);
});
