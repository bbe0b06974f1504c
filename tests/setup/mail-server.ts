import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";
import { onTestFinished } from "vitest";

/** A mail as it arrived. */
export type ReceivedMail = {
  readonly to: readonly string[];
  /** Headers and body, as they were sent. */
  readonly source: string;
  /** By their names in lower case, unfolded; those of the whole mail. */
  readonly headers: ReadonlyMap<string, string>;
};

/** What a server of tests does with what it is sent. */
export type MailServer = {
  readonly url: string;
  readonly port: number;
  readonly received: readonly ReceivedMail[];
  /** Takes no more connections, and ends those there are. */
  close(): Promise<void>;
};

/**
 * A server that takes mail on the loopback interface, until the test has ended.
 *
 * @param refused addresses that it takes no mail for, or from
 * @param port any that is free, if left out
 * @param received where it puts what it takes, if another one took some before
 * @param onTaken called when it has taken a mail whole and has not said so yet
 */
export async function aMailServer({
  refused = [],
  port = 0,
  received = [],
  onTaken = async () => undefined,
}: {
  refused?: readonly string[];
  port?: number;
  received?: ReceivedMail[];
  onTaken?: () => Promise<void>;
} = {}): Promise<MailServer> {
  function refuse(
    { address }: { readonly address: string },
    _session: unknown,
    done: (error?: Error) => void,
  ) {
    if (!refused.includes(address)) return done();
    return done(Object.assign(new Error("There is no such mailbox."), { responseCode: 550 }));
  }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    logger: false,
    onMailFrom: refuse,
    onRcptTo: refuse,
    onData(stream, { envelope }, done) {
      void text(stream).then(async (source) => {
        const to = envelope.rcptTo.map(({ address }) => address);
        received.push({ to, source, headers: headersOf(source) });
        await onTaken();
        done();
      });
    },
  });
  server.on("error", () => undefined); // of connections that clients broke off
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.server.address() as AddressInfo; // it listens on a port
  let closed: Promise<void> | null = null;
  const close = () => {
    closed ??= new Promise<void>((resolve) => server.close(() => resolve()));
    return closed;
  };
  onTestFinished(close);
  return { url: `smtp://127.0.0.1:${address.port}`, port: address.port, received, close };
}

function headersOf(source: string): Map<string, string> {
  const [head = ""] = source.split("\r\n\r\n", 1);
  const unfolded = head.replaceAll(/\r\n[ \t]+/g, " ");
  return new Map(
    unfolded.split("\r\n").map((line) => {
      const [name = "", ...value] = line.split(":");
      return [name.toLowerCase(), value.join(":").trim()] as const;
    }),
  );
}
