/** How far an import is: `receiving` while its files arrive, `queued` until a job takes it. */
export const importStates = ["receiving", "queued", "running", "done", "failed"] as const;

/** What became of one item of an import. */
export const importOutcomes = ["created", "updated", "unchanged", "rejected"] as const;
export type ImportOutcome = (typeof importOutcomes)[number];
