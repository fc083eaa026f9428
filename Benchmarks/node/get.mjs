// Usage: get.mjs URL COUNT CONCURRENCY: reads one address COUNT times with fetch and parses each answer.
const [url, count, concurrency] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
let started = 0;
let seen = 0;
async function work() {
  while (started < count) {
    started += 1;
    const answer = await fetch(url);
    const record = await answer.json();
    if (record.id) seen += 1;
  }
}
await Promise.all(Array.from({ length: concurrency }, work));
if (seen !== count) throw new Error(`read ${seen} of ${count}`);
