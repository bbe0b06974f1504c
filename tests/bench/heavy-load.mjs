// What works through many rows while others save: reads datasets and brings articles in, over HTTP, until
// it is killed. A process of its own, so that whoever measures is not slowed by it.
//   node heavy-load.mjs BASE_URL TOKEN EXPORTS ARTICLES_AN_IMPORT
const [baseUrl, token, exports, articles] = process.argv.slice(2);
const headers = { authorization: `Bearer ${token}` };
const api = `${baseUrl}/api/v1/projects`;

async function readDatasets() {
  for (;;) {
    const { body, status } = await fetch(`${api}/bench/export?layer=reviewers`, { headers });
    if (status !== 200) throw new Error(`A dataset was refused: ${status}`);
    let bytes = 0;
    for await (const chunk of body) bytes += chunk.length;
    process.stdout.write(`read ${bytes} bytes\n`);
  }
}

async function bringIn() {
  for (let run = 0; ; run += 1) {
    const words = (at) =>
      `Sentence ${at} of many that were ${(at * 7919) % 997} written. `.repeat(100);
    const line = (at) => JSON.stringify({ id: `${run}-${at}`, title: `${at}`, text: words(at) });
    const body = Array.from({ length: Number(articles) }, (_, at) => line(at)).join("\n");
    const answer = await fetch(`${api}/load/imports?filename=load.jsonl`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/x-ndjson" },
      body,
    });
    const { id } = await answer.json();
    if (answer.status !== 202)
      throw new Error(`An import was not taken as a job: ${answer.status}`);
    for (let state = ""; state !== "done"; ) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      state = (await (await fetch(`${api}/load/imports/${id}`, { headers })).json()).state;
      if (state === "failed") throw new Error("An import failed.");
    }
    process.stdout.write(`brought in ${articles} articles\n`);
  }
}

await Promise.all([bringIn(), ...Array.from({ length: Number(exports) }, readDatasets)]);
