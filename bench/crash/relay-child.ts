import postgres from "postgres";
import { executorOf } from "../../lib/adapters/db/postgres-js.ts";
import { startRelay } from "../../lib/relay/start-relay.ts";

// A relay worker to be killed: `relay-child.ts <url>`. What fails while the server is down is tried again.
startRelay(executorOf(postgres(process.argv[2] ?? "", { max: 1, onnotice: () => {} })), {
  maxRows: 200,
  onError: () => {},
});
