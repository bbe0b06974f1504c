import { readdirSync, readFileSync } from "node:fs";
import { blocksOf, itemsIn } from "./tests/setup/files";

for (const f of readdirSync("tests/fixtures/intake")) {
  if (process.argv[2] && !new RegExp(process.argv[2]).test(f)) continue;
  console.log("=====", f);
  for (const item of await itemsIn(f, readFileSync(`tests/fixtures/intake/${f}`))) {
    if (item.kind === "rejected") console.log("REJECTED", item.line, item.reason);
    else {
      const { text, blocks, annotations, ...m } = item.article;
      console.log(
        item.line,
        item.wholeFile,
        JSON.stringify(blocksOf(item.article)),
        JSON.stringify(m),
        JSON.stringify(annotations),
        JSON.stringify(item.warnings),
      );
    }
  }
}
