import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync, realpathSync } from "node:fs";

/** A process together with what tells it from a later one that got the same number. */
export type ProcessMark = { readonly pid: number; readonly started: string };

/**
 * When process `pid` started, in the system's own notation; `null` if no such process runs.
 * A process number alone is not enough: after a reboot, or in a container, it is soon given away again.
 */
function startOf(pid: number): string | null {
  if (process.platform === "linux") {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The command, in parentheses, may hold spaces; the fields after it may not (proc_pid_stat(5)).
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const [state, started] = [fields[0], fields[19]];
      return state === "Z" || state === "X" || started === undefined ? null : started;
    } catch {
      return null;
    }
  }
  try {
    const started = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
    return started === "" ? null : started;
  } catch {
    return null;
  }
}

export function thisProcess(): ProcessMark {
  return { pid: process.pid, started: startOf(process.pid) ?? "" };
}

export function stillRuns(mark: ProcessMark): boolean {
  return startOf(mark.pid) === mark.started;
}

/** The process `pid` if it is a PostgreSQL that works in the folder `cluster`. */
export function postmasterIn(cluster: string, pid: number): ProcessMark | null {
  const started = startOf(pid);
  if (started === null) return null;
  try {
    if (process.platform === "linux") {
      // A postmaster changes into its data folder and stays there.
      return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster) ? { pid, started } : null;
    }
    const command = execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" });
    return command.includes("postgres") ? { pid, started } : null;
  } catch {
    return null;
  }
}
