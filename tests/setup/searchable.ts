import { setTimeout as pause } from "node:timers/promises";
import { database } from "@/lib/store/database";
import { countAllWaiting } from "@/lib/store/search-index";
import { makeSearchable } from "@/lib/workflow/making-searchable";

/** Everything that imports have left to those behind them is searchable then, whoever else has some of it in hand. */
export async function haveSearchable(): Promise<void> {
  for (;;) {
    await makeSearchable();
    if ((await countAllWaiting(database().pool)) === 0) return;
    await pause(20);
  }
}
