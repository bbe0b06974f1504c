import { text } from "node:stream/consumers";
import { type Command, Option } from "commander";
import { operator } from "@/lib/access/actor";
import { type Role, roles } from "@/lib/domain/roles";
import { addMember } from "@/lib/workflow/members";
import { setPassword } from "@/lib/workflow/passwords";
import { createTokenFor } from "@/lib/workflow/tokens";
import { addUser, changeUser } from "@/lib/workflow/users";
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
    .action((email: string) =>
      connected(async () => {
        await setPassword(operator, email, await passwordFromStdin());
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
    .requiredOption("--user <email>", "whose it is; it may do what they may")
    .requiredOption("--name <name>", "what it is for")
    .action(({ user: email, name }: { user: string; name: string }) =>
      connected(async () => {
        const { token } = await createTokenFor(email, name);
        process.stdout.write(`${token}\n`);
        tell("Keep it now: it is not shown again.");
      }),
    );
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
