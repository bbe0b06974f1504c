import type { Command } from "commander";
import { diagnose, type Finding, repair } from "@/lib/workflow/doctor";
import { printJson, tell } from "./output";
import { connected } from "./with-database";

export function addDoctorCommand(gainsay: Command): void {
  gainsay
    .command("doctor")
    .description("Check every rule of the data; exit 1 if one is broken.")
    .option(
      "--repair",
      "make again what is only derived and differs from its source: the index of searching, counts, copies",
    )
    .option("--json", "one JSON object a check")
    .action(({ json, repair: repairs }: { json?: true; repair?: true }) =>
      connected(async () => {
        const onCheck = (check: string) => {
          if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K… ${check}`);
        };
        const clear = () => {
          if (process.stderr.isTTY) process.stderr.write("\r\x1b[2K");
        };
        let findings = await diagnose({ onCheck });
        if (repairs) {
          const mended = await repair(findings, { onCheck });
          clear();
          for (const { check, rows } of mended) {
            tell(`Repaired ${check}: ${rows === 1 ? "1 row" : `${rows} rows`}.`);
          }
          if (mended.length === 0) tell("There was nothing to repair.");
          else findings = await diagnose({ onCheck });
        }
        clear();
        if (json) findings.forEach(printJson);
        else findings.forEach(show);
        const broken = findings.filter(({ breaches }) => breaches > 0).length;
        tell(
          broken === 0
            ? "Everything is as it should be."
            : `${broken} of ${findings.length} checks found breaches.`,
        );
        if (!repairs && findings.some(({ breaches, repairable }) => breaches > 0 && repairable)) {
          tell("What is only derived can be made again: gainsay doctor --repair");
        }
        if (broken > 0) process.exitCode = 1;
      }),
    );
}

function show({ check, rule, breaches, samples }: Finding): void {
  process.stdout.write(`${breaches === 0 ? "ok    " : "BROKEN"} ${check}: ${rule}\n`);
  if (breaches === 0) return;
  process.stdout.write(`       ${breaches === 1 ? "1 breach" : `${breaches} breaches`}:\n`);
  for (const sample of samples) process.stdout.write(`       ${JSON.stringify(sample)}\n`);
  if (breaches > samples.length)
    process.stdout.write(`       and ${breaches - samples.length} more\n`);
}
