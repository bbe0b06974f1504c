import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";

/** Whether there is what makes a terminal for a program: `script` of util-linux. */
export const hasTerminals = spawnSync("script", ["--version"], {
  encoding: "utf8",
}).stdout?.includes("util-linux");

/** What is typed once the screen ends with some words. */
export type Typed = { readonly after: string; readonly keys: string };

export const CTRL_C = "\x03";
export const CTRL_D = "\x04";

/**
 * Runs a program on a terminal of its own, with somebody before it.
 *
 * @returns its exit code, and what stood on the screen, without colours and the like
 */
export async function onATerminal(
  command: readonly string[],
  {
    cwd,
    env,
    typed,
  }: {
    readonly cwd: string;
    readonly env: NodeJS.ProcessEnv;
    readonly typed: readonly Typed[];
  },
): Promise<{ code: number | null; screen: string }> {
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const child = spawn("script", ["--quiet", "--return", "--command", quoted, "/dev/null"], {
    cwd,
    env: { ...env, TERM: "xterm", COLUMNS: "200", SHELL: "/bin/sh" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.on("error", () => {}); // it may end before all is typed
  const waiting = [...typed];
  let screen = "";
  let from = 0;
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    screen = plain(screen + chunk);
    const [next] = waiting;
    const at = next ? screen.indexOf(next.after, from) : -1;
    if (!next || at < 0) return;
    waiting.shift();
    from = at + next.after.length;
    child.stdin.write(next.keys);
  });
  const [code] = await once(child, "close");
  return { code, screen };
}

/** Without what moves the cursor, and with the line ends of a file. */
function plain(screen: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return screen.replace(/\x1b\[[0-9;?]*[a-z]/gi, "").replaceAll("\r\n", "\n");
}
