import type { ChildProcess } from "node:child_process";

/** Flags of Node for whatever works on data, measured in `npm run bench`. */
export const nodeFlags: readonly string[];
/** Environment variables that go with them. */
export const nodeEnvironment: Readonly<Record<string, string>>;
/** Whether npm on a Node, such as "20.11.1", installs all of our packages. */
export function takesAllPackages(version: string): boolean;
/** What to tell of an install that failed: npm's own error lines, and what they mean. */
export function failedInstall(output: string): string;
/** Passes on to the child what is meant for both; under npm, the loss of the parent is an order too. */
export function followOrders(child: ChildProcess, signals?: readonly NodeJS.Signals[]): void;

export function nodeArgumentsOf(
  script: string,
  options?: { readonly joined?: boolean },
): Promise<string[]>;
