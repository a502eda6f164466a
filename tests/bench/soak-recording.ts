/**
 * `npm run bench:soak [SECONDS]` (600): records a counter on the virtual device in real time while the JavaScript of the
 * host and of the audio process stands still for 500 ms again and again and collects garbage between, then looks at every
 * sample. Prints lost frames; ends with 1 where there is one.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AudioProcessClient } from '../../src-main/engine/process/audio-process-client.ts';
import { makeRecordingHeader } from '../../src-main/media/recording-header.ts';
import { VIRTUAL_DEVICE } from '../../src-shared/engine/live-engine.ts';

const COUNTER_INPUT = 4;
const BLOCK_MS = 500;
const seconds = Number(process.argv[2] ?? 600);
process.env.TWOPOP_AUDIO_FAULTS = '1';

const folder = mkdtempSync(join(tmpdir(), 'twopop-soak-'));
const client = new AudioProcessClient({
  event: (event) => {
    if (event.type === 'lost') console.error(`the device was lost: ${event.message}`);
  },
  died: () => console.error('the audio process died'),
});

try {
  await client.call('open', {
    input: VIRTUAL_DEVICE,
    output: VIRTUAL_DEVICE,
    sampleRate: 48_000,
    framesPerBuffer: 128,
  });
  await client.call('arm', { channels: [COUNTER_INPUT], preRecordSeconds: 0 });
  const header = makeRecordingHeader({ format: 'f32', channelCount: 1, sampleRate: 48_000 });
  const path = join(folder, 'counter.wav');
  const beginClock = (await client.call('telemetry', null)).clock + 9600;
  const { id } = await client.call('beginRecording', {
    files: [{ path, channels: [COUNTER_INPUT], headerBytes: header.bytes, layout: header.layout, format: 'f32' }],
    beginClock,
    preRecordFrames: 0,
  });
  const frames = seconds * 48_000;
  let blocks = 0;
  let litter: unknown[] = [];
  for (;;) {
    const blocked = client.call('fault', { kind: 'block', value: BLOCK_MS });
    const until = performance.now() + BLOCK_MS;
    while (performance.now() < until) litter.push({ at: performance.now(), text: `${litter.length}` });
    litter = [];
    blocks++;
    await blocked;
    if ((await client.call('telemetry', null)).clock > beginClock + frames) break;
  }
  await client.call('endRecording', { id, clock: beginClock + frames });
  await client.call('recordingsWritten', { mostWaitMs: 60_000 });
  const after = await client.call('telemetry', null);
  const wrong = wrongFrames(path, header.bytes.length, beginClock, frames);
  const told = after.recordings.find((one) => one.id === id);
  console.log(
    `${seconds} s recorded while JavaScript stood still ${blocks} times for ${BLOCK_MS} ms on both sides: ` +
      `${wrong} of ${frames} frames lost or wrong, ${told?.lostFrames} told; ` +
      `callback ${(after.loadMean * 100).toFixed(1)} % mean, record ring at most ${(after.recordRingPeak * 100).toFixed(1)} % full`,
  );
  if (wrong > 0 || told?.phase !== 'done') process.exitCode = 1;
} finally {
  await client.end();
  rmSync(folder, { recursive: true, force: true });
}

/** Frames that are not what the counter showed then; those that are not there count too. */
function wrongFrames(path: string, headerBytes: number, firstClock: number, frames: number): number {
  const file = openSync(path, 'r');
  const piece = Buffer.alloc(1 << 20);
  let wrong = 0;
  let frame = 0;
  while (frame < frames) {
    const read = readSync(file, piece, 0, Math.min(piece.length, 4 * (frames - frame)), headerBytes + 4 * frame);
    if (read < 4) break;
    for (let at = 0; at + 4 <= read; at += 4, frame++) {
      const counter = ((firstClock + frame) % 1_048_576) / 1_048_576 - 0.5;
      if (piece.readFloatLE(at) !== counter) wrong++;
    }
  }
  closeSync(file);
  return wrong + frames - frame;
}
