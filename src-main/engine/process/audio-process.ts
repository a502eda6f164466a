import { AudioWorker } from './audio-worker.ts';
import type { AudioReply } from './messages.ts';
import { endProcess, endProcessWithin } from './process-end.ts';

/**
 * Entry of the audio process: a child with a message channel to the host. It ends itself when the host is gone, when it
 * is told to, and when a driver hangs; what is being recorded then is completed first, as long as that takes no longer
 * than the host waits.
 */
const LAST_WAIT_MS = 1500;

/** What was said last, once the host has it. */
let said: Promise<void> = Promise.resolve();

const send = (reply: AudioReply) => {
  // A host that is gone has closed the channel; the disconnect says the rest.
  if (process.connected) said = new Promise((resolve) => process.send?.(reply, undefined, undefined, () => resolve()));
};

const worker = new AudioWorker((event) => {
  send({ event });
  if (event.type === 'hung') end(1);
});

let ending = false;

function end(status: number): void {
  if (ending) return;
  ending = true;
  endProcessWithin(LAST_WAIT_MS, status);
  worker
    .end()
    .catch(() => {})
    .then(() => said)
    .then(() => endProcess(status));
}

process.on('message', (request: unknown) => {
  if (request === 'end') end(0);
  else void worker.answer(request).then((reply) => reply && send(reply));
});
process.on('disconnect', () => end(0));
// The terminal's Ctrl+C and its closing reach the whole group; the host decides when this process ends.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
process.on('SIGTERM', () => end(0));
