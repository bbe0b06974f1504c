import { operator } from "@/lib/access/actor";
import { receiveImport } from "@/lib/workflow/importing";

// A process that receives an upload into the project it is told of, and never comes to its end.
async function* endless(): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < 8; sent += 1) yield new Uint8Array(1024 * 1024).fill(97);
  await new Promise((resolve) => setTimeout(resolve, 2 ** 30));
}

await receiveImport(operator, process.argv[2] ?? "", {
  format: "text",
  files: (async function* () {
    yield { path: "a.txt", stream: endless() };
  })(),
});
