// Usage: migrate.mjs URL FILE CONCURRENCY: names the share of each record in a file of ids, one a line: read with fetch,
// change, write back. There is no journal: what is in flight when it is killed is not known afterwards.
import { readFileSync } from "node:fs";

const [url, file, concurrency] = [process.argv[2], process.argv[3], Number(process.argv[4])];
const ids = readFileSync(file, "utf8").split("\n").filter(Boolean);
const started = performance.now();
let next = 0;
let failures = 0;

async function migrate(id) {
  const answer = await fetch(`${url}/distribution/${id}`);
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  const record = await answer.json();
  record.share.name = "migrated";
  const updated = await fetch(`${url}/distribution/update`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(record),
  });
  const text = await updated.text();
  if (!updated.ok) throw new Error(`${updated.status}: ${text}`);
}

async function work() {
  while (next < ids.length) {
    const id = ids[next++];
    try {
      await migrate(id);
    } catch (error) {
      failures += 1;
      console.error(`${id}: ${error.message}`);
    }
  }
}

await Promise.all(Array.from({ length: concurrency }, work));
const { user, system } = process.cpuUsage();
const seconds = (performance.now() - started) / 1000;
console.log(JSON.stringify({ records: ids.length, failures, seconds, cpuSeconds: (user + system) / 1e6 }));
