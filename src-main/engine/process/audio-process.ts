import { AudioWorker } from './audio-worker.ts';
import type { AudioReply, AudioRequest } from './messages.ts';

/**
 * Entry of the audio process: a child with a message channel to the host. It ends itself when the host is gone, when it
 * is told to, and when a driver hangs; what is being recorded then is completed first, as long as that takes no longer
 * than the host waits.
 */
const LAST_WAIT_MS = 1500;

const send = (reply: AudioReply) => {
  // A host that is gone has closed the channel; the disconnect says the rest.
  if (process.connected) process.send?.(reply, undefined, undefined, () => {});
};

const worker = new AudioWorker((event) => {
  send({ event });
  if (event.type === 'hung') end(1);
});

let ending = false;

function end(status: number): void {
  if (ending) return;
  ending = true;
  // Exit handlers of a driver can hang as well as the driver: nothing but the signal is sure.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), LAST_WAIT_MS);
  worker.end().then(
    () => process.exit(status),
    () => process.exit(1),
  );
}

process.on('message', (request: AudioRequest | 'end') => {
  if (request === 'end') end(0);
  else void worker.answer(request).then(send);
});
process.on('disconnect', () => end(0));
// The terminal's Ctrl+C reaches the whole group; the host decides when this process ends.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => end(0));
