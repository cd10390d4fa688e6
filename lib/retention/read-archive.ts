import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { AnnalsError } from "../errors.ts";

/** What an archive file holds, by reading all of it. */
export interface ArchiveContent {
  rows: number;
  firstSeq: string;
  lastSeq: string;
  /** Of the file as it lies there. */
  sha256: string;
  bytes: number;
  /** Of the lines in it. */
  contentSha256: string;
}

/** @throws AnnalsError ARCHIVE_FAILED when it cannot be read, or a line is not the JSON of an event */
export async function readArchive(path: string): Promise<ArchiveContent> {
  const stored = createHash("sha256");
  const content = createHash("sha256");
  let [bytes, rows] = [0, 0];
  let [first, last]: [bigint | undefined, bigint | undefined] = [undefined, undefined];
  try {
    const file = createReadStream(path);
    const gunzip = createGunzip();
    file.on("data", (chunk) => {
      stored.update(chunk);
      bytes += chunk.length;
    });
    file.on("error", (error) => gunzip.destroy(error));
    for await (const line of linesOf(file.pipe(gunzip))) {
      content.update(line).update("\n");
      const seq = seqOf(line, rows);
      first = first === undefined || seq < first ? seq : first;
      last = last === undefined || seq > last ? seq : last;
      rows += 1;
    }
  } catch (error) {
    if (error instanceof AnnalsError) throw error;
    throw unreadable(path, (error as Error).message, error);
  }
  if (first === undefined || last === undefined) throw unreadable(path, "it holds no event");
  return {
    rows,
    firstSeq: String(first),
    lastSeq: String(last),
    sha256: stored.digest("hex"),
    bytes,
    contentSha256: content.digest("hex"),
  };
}

/** Only LF ends a line: JSON may hold U+2028 as it is, for which `readline` would cut it. */
async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    let text = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    for (let end = text.indexOf(10); end >= 0; end = text.indexOf(10)) {
      yield text.toString("utf8", 0, end);
      text = text.subarray(end + 1);
    }
    rest = text;
  }
  if (rest.length > 0) throw new RangeError("its last line is not complete");
}

/** The number, from the text: it may be larger than a JavaScript number can tell. */
function seqOf(line: string, at: number): bigint {
  JSON.parse(line);
  const [, digits] = /^\{"seq":(\d+),/.exec(line) ?? [];
  if (digits === undefined) throw new RangeError(`line ${at + 1} does not begin with the number of an event`);
  return BigInt(digits);
}

function unreadable(path: string, why: string, cause?: unknown): AnnalsError {
  return new AnnalsError(
    "ARCHIVE_FAILED",
    `The archive ${path} cannot be read: ${why}`,
    "Look after the disk. Nothing was dropped.",
    { cause },
  );
}
