// Send statements by a real client: node fill.cjs ENDPOINT USER PASSWORD BATCH < NDJSON
const readline = require("node:readline");
const XAPI = require("@xapi/xapi").default ?? require("@xapi/xapi");

const [endpoint, user, password, batch] = process.argv.slice(2);
const xapi = new XAPI({
  endpoint,
  auth: XAPI.toBasicAuth(user, password),
  version: "1.0.3",
  adapter: "fetch",
});

async function main() {
  let waiting = [];
  const send = async () => {
    if (waiting.length > 0) await xapi.sendStatements({ statements: waiting });
    waiting = [];
  };
  for await (const line of readline.createInterface({ input: process.stdin })) {
    if (line === "") {
      await send(); // an empty line ends a request
      continue;
    }
    waiting.push(JSON.parse(line));
    if (waiting.length === Number(batch)) await send();
  }
  await send();
}

main().catch((error) => {
  console.error(error?.response?.status, error?.response?.data ?? error);
  process.exit(1);
});
