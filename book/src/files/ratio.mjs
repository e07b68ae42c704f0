// How much do messages shrink? Run it in the clone: node book/src/files/ratio.mjs
// The messages are the sentences of this book.

import { readdirSync, readFileSync } from 'node:fs';
import { constants, createDeflateRaw, deflateRawSync } from 'node:zlib';

const FLUSH = constants.Z_SYNC_FLUSH;
const book = new URL('..', import.meta.url);
const lines = readdirSync(book).filter((name) => name.endsWith('.md'))
  .flatMap((name) => readFileSync(new URL(name, book), 'utf8').split('\n'))
  .filter((line) => /^[A-Z].*[.?]$/.test(line)).slice(0, 2000);

const chat = (line, at) => `guest ${at % 23}: ${line}`;
const json = (line, at) => JSON.stringify({
  type: 'message', room: 'general', id: 48_000 + at, user: `guest ${at % 23}`,
  sent: new Date(1.7642e12 + at * 7919).toISOString(), text: line,
});
const page = (line, at) => JSON.stringify(lines.slice(at, at + 50).map(json));
const kinds = { chat, json, '50 of them': page };

/** The sizes of the messages, each compressed by itself. */
const alone = (messages) => messages.map((message) =>
  deflateRawSync(message, { level: 1, finishFlush: FLUSH }).length - 4);

/** The sizes if the compressor remembers the messages before. */
async function together(messages) {
  const stream = createDeflateRaw({ level: 1 });
  let size = 0;
  stream.on('data', (data) => { size += data.length; });
  const sizes = [];
  for (const message of messages) {
    stream.write(message);
    await new Promise((resolve) => stream.flush(FLUSH, resolve));
    sizes.push(size - 4);
    size = 0;
  }
  return sizes;
}

const sum = (sizes) => sizes.reduce((a, b) => a + b, 0);
console.log('kind         bytes each   alone   from 128 on   with takeover');
for (const [name, kind] of Object.entries(kinds)) {
  const messages = lines.map(kind).map((text) => Buffer.from(text));
  const plain = messages.map((message) => message.length);
  const small = alone(messages);
  const ours = plain.map((size, at) =>
    size < 128 ? size : Math.min(size, small[at]));
  const percent = (sizes) =>
    `${Math.round(100 * sum(sizes) / sum(plain))} %`;
  console.log(name.padEnd(12), String(Math.round(sum(plain) / plain.length))
    .padStart(10), percent(small).padStart(7), percent(ours).padStart(13),
    percent(await together(messages)).padStart(15));
}
