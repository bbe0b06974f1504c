import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { aPort } from "../../../setup/port";
import { end, root } from "../../environment";

const folder = join(root, "tests", "bench", "peers", "label-studio");
/** Apart from all that is ours: nobody looks for sources there. */
const venv = join(root, ".bench", "label-studio");

/** Milliseconds: its first start makes its database, by some hundreds of migrations. */
const STARTS_WITHIN = 600_000;

/** An article as it gets it; offsets are UTF-16 units, which in these texts are code points, too. */
export type Task = {
  readonly text: string;
  readonly spans: readonly { label: string; start: number; end: number; quote: string }[];
};

export type LabelStudio = {
  /** Imports articles into a project of their own. @returns milliseconds until all are in */
  import(tasks: readonly Task[]): Promise<number>;
  stop(): Promise<void>;
};

/**
 * Starts Label Studio from PyPI, as `pip install` and `label-studio start` give it to people: one process and SQLite, on a
 * port of this machine only. What is installed stays in `.bench`.
 *
 * @param log told what takes long, and why there is none
 * @returns null where there is no Python to run it, or it cannot be installed
 */
export async function startLabelStudio(log: (line: string) => void): Promise<LabelStudio | null> {
  try {
    install(log);
  } catch (error) {
    log(`Label Studio is not compared: ${error instanceof Error ? error.message : error}`);
    return null;
  }
  const data = mkdtempSync(join(tmpdir(), "gainsay-label-studio-"));
  const port = await aPort();
  const token = randomUUID().replaceAll("-", "");
  const child = spawn(
    join(venv, "bin", "label-studio"),
    [
      ["start", "--no-browser", "--port", String(port), "--internal-host", "127.0.0.1"],
      ["--data-dir", data, "--username", "bench@example.org", "--password", randomUUID()],
      ["--user-token", token],
    ].flat(),
    {
      env: {
        ...process.env,
        HOME: data,
        LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN: "true",
        LATEST_VERSION_CHECK: "false",
        COLLECT_ANALYTICS: "false",
      },
      stdio: "ignore",
    },
  );
  const api = client(`http://127.0.0.1:${port}/api`, token);
  const stop = async () => {
    await end(child);
    rmSync(data, { recursive: true, force: true });
  };
  try {
    await untilItAnswers(child, api);
  } catch (error) {
    await stop();
    throw error;
  }
  return { import: (tasks) => importInto(api, tasks), stop };
}

type Api = (path: string, body?: string) => Promise<unknown>;

function client(base: string, token: string): Api {
  return async (path, body) => {
    const answer = await fetch(`${base}${path}`, {
      headers: { Authorization: `Token ${token}`, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { method: "POST", body }),
    });
    if (!answer.ok)
      throw new Error(`${path}: ${answer.status} ${(await answer.text()).slice(0, 300)}`);
    return answer.json();
  };
}

function install(log: (line: string) => void): void {
  if (existsSync(join(venv, "bin", "label-studio"))) return;
  log("installing Label Studio from PyPI, which takes some minutes");
  mkdirSync(dirname(venv), { recursive: true });
  execFileSync("python3", ["-m", "venv", venv]);
  execFileSync(
    join(venv, "bin", "pip"),
    [
      ["install", "--quiet", "--disable-pip-version-check", "-r", join(folder, "requirements.txt")],
    ].flat(),
  );
}

async function untilItAnswers(child: ChildProcess, api: Api): Promise<void> {
  const until = Date.now() + STARTS_WITHIN;
  while (Date.now() < until && child.exitCode === null) {
    if (
      await api("/projects").then(
        () => true,
        () => false,
      )
    )
      return;
    await pause(500);
  }
  throw new Error("Label Studio did not start.");
}

const Project = z.object({ id: z.number() });
const Imported = z.object({ task_count: z.number() });

const config = `<View><Labels name="label" toName="text"><Label value="claim"/><Label value="denial"/>
  <Label value="attribution"/></Labels><Text name="text" value="$text"/></View>`;

async function importInto(api: Api, tasks: readonly Task[]): Promise<number> {
  const made = Project.parse(
    await api("/projects", JSON.stringify({ title: "Bench", label_config: config })),
  );
  const body = JSON.stringify(tasks.map(taskOf));
  const began = performance.now();
  const { task_count: count } = Imported.parse(await api(`/projects/${made.id}/import`, body));
  const took = performance.now() - began;
  if (count !== tasks.length) throw new Error(`${count} of ${tasks.length} tasks came in.`);
  return took;
}

function taskOf({ text, spans }: Task) {
  if (spans.length === 0) return { data: { text } };
  const result = spans.map(({ label, start, end, quote }, index) => ({
    id: `s${index}`,
    from_name: "label",
    to_name: "text",
    type: "labels",
    value: { start, end, text: quote, labels: [label] },
  }));
  return { data: { text }, annotations: [{ result }] };
}
