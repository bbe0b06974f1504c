import { text } from "node:stream/consumers";
import { type Command, Option } from "commander";
import { z } from "zod";
import { operator } from "@/lib/access/actor";
import { Refusal } from "@/lib/domain/refusal";
import { type Role, roles, type TokenScope, tokenScopes } from "@/lib/domain/roles";
import { serverAddress } from "@/lib/web/server-address";
import { addMember } from "@/lib/workflow/members";
import { setPassword } from "@/lib/workflow/passwords";
import { resetFactors } from "@/lib/workflow/second-factors";
import { createTokenFor } from "@/lib/workflow/tokens";
import { addUser, changeUser, setupLink } from "@/lib/workflow/users";
import { tell } from "./output";
import { connected } from "./with-database";

type UserOptions = { name?: string; admin?: true; passwordStdin?: true };

export function addPeopleCommands(gainsay: Command): void {
  const user = gainsay.command("user").description("Add, disable and enable users.");
  user
    .command("add")
    .description("Add a user without an invite.")
    .argument("<email>")
    .option("--name <name>", "how others see them; the part before the @ if left out")
    .option("--admin", "a site admin, who may everything")
    .option(
      "--password-stdin",
      "read the password from stdin; without one, they sign in through a provider",
    )
    .action((email: string, options: UserOptions) => addOne(email, options));
  user
    .command("password")
    .description("Set a user's password, read from stdin; every session of theirs ends.")
    .argument("<email>")
    .requiredOption("--password-stdin", "read the password from stdin")
    .option("--end-tokens", "their API tokens end too")
    .action((email: string, { endTokens = false }: { endTokens?: boolean }) =>
      connected(async () => {
        await setPassword(operator, email, await passwordFromStdin(), { endTokens });
        tell(`${email} has a new password.`);
      }),
    );
  user
    .command("disable")
    .description("Keep a user out, from their next request on.")
    .argument("<email>")
    .action((email: string) => change(email, true));
  user
    .command("enable")
    .description("Let a disabled user in again.")
    .argument("<email>")
    .action((email: string) => change(email, false));

  user
    .command("setup-link")
    .description("Print a link by which the first site admin comes in, once, while there is none.")
    .action(() =>
      connected(async () => {
        const link = await setupLink(publicAddress());
        if (link === null) {
          throw new Refusal("conflict", "There is a site admin already: ask them for an invite.");
        }
        process.stdout.write(`${link}\n`);
        tell("It works once, for seven days.");
      }),
    );
  user
    .command("reset-factors")
    .description("Take all second factors from a user who lost them; every session of theirs ends.")
    .argument("<email>")
    .action((email: string) =>
      connected(async () => {
        await resetFactors(operator, { email });
        tell(`${email} has no second factor any more: the password alone lets them in.`);
      }),
    );

  gainsay
    .command("member")
    .description("Let users into projects.")
    .command("add")
    .description("Make a user a member of a project.")
    .argument("<email>")
    .requiredOption("--project <project>", "its slug or id")
    .addOption(new Option("--role <role>", "what they may do").choices(roles).makeOptionMandatory())
    .action((email: string, { project, role }: { project: string; role: Role }) =>
      connected(async () => {
        await addMember(operator, project, { email, role });
        tell(`${email} is now ${role} of ${project}.`);
      }),
    );

  gainsay
    .command("token")
    .description("Make API tokens.")
    .command("add")
    .description("Make an API token for a user and print it, once.")
    .requiredOption(
      "--user <email>",
      "whose it is; it may do what they may, and no more than the rest says",
    )
    .requiredOption("--name <name>", "what it is for")
    .addOption(
      new Option("--scope <scope...>", "what it may be used for; everything if left out").choices(
        tokenScopes,
      ),
    )
    .option("--project <project...>", "the only projects it is for, by slug or id; all if left out")
    .option(
      "--expires <when>",
      "when it ends: in days as 90d, the last day as 2026-12-31, or a time; never if left out",
    )
    .action((options: TokenOptions) => addToken(options));
}

type TokenOptions = {
  user: string;
  name: string;
  scope?: TokenScope[];
  project?: string[];
  expires?: string;
};

async function addToken({ user, name, scope, project, expires }: TokenOptions): Promise<void> {
  const expiresAt = expires === undefined ? null : expiryIn(expires);
  await connected(async () => {
    const limits = { scopes: scope ?? tokenScopes, projects: project ?? null, expiresAt };
    const { token, ...made } = await createTokenFor(user, name, limits);
    process.stdout.write(`${token}\n`);
    const where = made.projects?.map(({ slug }) => slug).join(", ") ?? "every project";
    const until = made.expires_at === null ? "" : `, until ${made.expires_at}`;
    tell(`For ${made.scopes.join(", ")} in ${where}${until}.`);
    tell("Keep it now: it is not shown again.");
  });
}

/**
 * When a token ends: "90d" from now, after "2026-12-31" in UTC, or at a time.
 *
 * @throws Refusal "invalid"
 */
function expiryIn(written: string): Date | null {
  if (written === "never") return null;
  const days = /^(\d{1,5})d$/.exec(written)?.[1];
  if (days !== undefined) return new Date(Date.now() + Number(days) * DAY);
  const date = z.iso.date().safeParse(written);
  if (date.success) return new Date(Date.parse(date.data) + DAY);
  const time = z.iso.datetime({ offset: true }).safeParse(written);
  if (time.success) return new Date(time.data);
  throw new Refusal("invalid", `“${written}” is no end: write 90d, 2026-12-31 or never.`);
}

/** In milliseconds. */
const DAY = 86_400_000;

/** Where people reach this installation, as its server says when it starts. */
function publicAddress(): string {
  const { NEXTAUTH_URL, HOST, PORT } = process.env;
  if (NEXTAUTH_URL) return new URL(NEXTAUTH_URL).origin;
  return serverAddress(HOST || "127.0.0.1", Number(PORT || 3000));
}

async function passwordFromStdin(): Promise<string> {
  return (await text(process.stdin)).replace(/\r?\n$/, "");
}

async function addOne(email: string, { name, admin, passwordStdin }: UserOptions): Promise<void> {
  const password = passwordStdin ? await passwordFromStdin() : null;
  await connected(async () => {
    const siteAdmin = admin === true;
    await addUser(operator, {
      email,
      name: name ?? email.replace(/@.*$/s, ""),
      siteAdmin,
      password,
    });
    tell(`Added ${email}.`);
    if (password === null)
      tell("Without a password, they sign in through a provider that confirms this address.");
  });
}

function change(email: string, disabled: boolean): Promise<void> {
  return connected(async () => {
    await changeUser(operator, { email }, { disabled });
    tell(`${email} is ${disabled ? "disabled" : "enabled"}.`);
  });
}
