import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadSyncKernel } from '../../../src-main/sync/sync-kernel.ts';
import type { TrackMeasure } from '../../../src-shared/sync/channel-choice.ts';
import { bursts, inRoom } from '../../support/room-sounds.ts';
import { hear, randomSource, sampleRate, talk } from '../../support/sync-sounds.ts';

const kernel = loadSyncKernel();
const folder = mkdtempSync(join(tmpdir(), 'twopop-tracks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const go = () => new Int32Array(new SharedArrayBuffer(4));
let files = 0;

/** Assesses channels of one length over windows that cover them evenly. */
async function assess(channels: readonly Float32Array[], rate = sampleRate): Promise<TrackMeasure[]> {
  const frames = channels[0]!.length;
  const samples = new Float32Array(frames * channels.length);
  for (const [c, channel] of channels.entries())
    for (let i = 0; i < frames; i++) samples[i * channels.length + c] = channel[i]!;
  files += 1;
  const path = join(folder, `${files}.pcm`);
  writeFileSync(path, samples);
  const windowFrames = Math.round(1.4 * rate);
  const starts = Array.from({ length: 16 }, (_, index) => Math.floor(((frames - windowFrames) * index) / 15));
  const measures = await kernel.syncAssessTracks(
    layout(path, channels.length, frames, 'f32'),
    { sampleRate: rate, windowFrames, starts },
    go(),
  );
  rmSync(path);
  return measures;
}

function layout(path: string, channelCount: number, frames: number, format: 'f32' | 's24', offset = 0) {
  const extents = Float64Array.of(offset, frames);
  return { path, channelCount, frames, tracks: [{ format, bigEndian: false, channelCount, delayFrames: 0, extents }] };
}

const noisy = (sound: Float32Array, level: number, seed = 8) => {
  const random = randomSource(seed);
  return sound.map((value) => value + level * random());
};
const scaled = (sound: Float32Array, gain: number) => sound.map((value) => gain * value);
const speech = talk(24, 31);

describe('a microphone in a room', () => {
  const ratios = [18, 13, 9, 5];
  const heardIn = (dry: Float32Array, reverberationSeconds: number) =>
    assess(
      ratios.map((directToReverberantDb) => noisy(inRoom(dry, { reverberationSeconds, directToReverberantDb }), 1e-5)),
    );

  it.each([0.25, 0.4, 0.6, 0.9])('is drier the closer it is, at %f s of reverberation', async (seconds) => {
    const told = (await heardIn(speech, seconds)).map((measure) => measure.directToReverberantDb!);
    expect([...told].sort((a, b) => b - a)).toEqual(told);
  });

  it.each([0.4, 0.6, 0.9])('is told to 5 dB by sound that stops dead, at %f s', async (seconds) => {
    const told = (await heardIn(bursts(24, 6), seconds)).map((measure) => measure.directToReverberantDb!);
    for (const [index, ratio] of ratios.entries()) expect(Math.abs(told[index]! - ratio)).toBeLessThan(5);
  });

  it('is not told where noise fills the pauses', async () => {
    const room = { reverberationSeconds: 0.4, directToReverberantDb: 9 };
    const [measure] = await assess([noisy(inRoom(speech, room), 0.1)]);
    expect(measure!.directToReverberantDb).toBeNull();
  });
});

describe('a channel by itself', () => {
  it('has its level and its signal over noise to the decibel', async () => {
    const sound = bursts(24, 9);
    const measures = await assess([0.001, 0.004, 0.016].map((level) => noisy(sound, level)));
    const [clean, middling, poor] = measures.map(({ snrDb }) => snrDb);
    expect(Math.abs(clean! - middling! - 12)).toBeLessThan(0.5);
    expect(Math.abs(middling! - poor! - 12)).toBeLessThan(0.5);
    const [quiet, loud] = await assess([scaled(speech, 0.1), speech]);
    expect(loud!.levelDbfs - quiet!.levelDbfs).toBeCloseTo(20, 3);
    expect(loud!.snrDb).toBeCloseTo(quiet!.snrDb, 1);
  });

  it('is silent at digital silence, and says nothing else then', async () => {
    const [silent] = await assess([new Float32Array(speech.length), speech]);
    expect(silent).toMatchObject({
      levelDbfs: -144,
      snrDb: 0,
      directToReverberantDb: null,
      polarity: 0,
      delaySeconds: null,
    });
  });

  it('clips where it is held at full scale, or flat at a ceiling of its own, and not where it is only loud', async () => {
    const hot = speech.map((value) => Math.max(-1, Math.min(1, 4 * value)));
    const peak = speech.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const limited = scaled(hot, 0.4);
    const rumble = speech.map((_, i) => 0.9 * Math.sin((2 * Math.PI * 30 * i) / sampleRate));
    const [full, flat, loud, low] = await assess([hot, limited, scaled(speech, 0.999 / peak), rumble]);
    expect(full!.clippedRuns).toBeGreaterThan(20);
    expect(flat!.clippedRuns).toBeGreaterThan(20);
    expect(flat!.clippedSamples).toBeGreaterThan(5 * flat!.clippedRuns - 1);
    expect(loud).toMatchObject({ clippedRuns: 0, clippedSamples: 0 });
    expect(low).toMatchObject({ clippedRuns: 0 });
  });

  it.each([44_100, 96_000, 192_000])('is measured alike at %d Hz', async (rate) => {
    const random = randomSource(4);
    const slow = talk(12, 5);
    const sound = new Float32Array(10 * rate).map((_, i) => {
      const at = (i * sampleRate) / rate;
      const [a, b] = [slow[Math.floor(at)] ?? 0, slow[Math.floor(at) + 1] ?? 0];
      return a + (b - a) * (at % 1) + 1e-2 * random();
    });
    const [here] = await assess([sound], rate);
    const [there] = await assess([noisy(slow.subarray(0, 10 * sampleRate), 1e-2, 4)]);
    expect(Math.abs(here!.levelDbfs - there!.levelDbfs)).toBeLessThan(0.5);
    // The same noise power over more bandwidth leaves less of it where speech is.
    expect(Math.abs(here!.snrDb - there!.snrDb - 10 * Math.log10(rate / sampleRate))).toBeLessThan(2);
  });
});

describe('a channel beside the others', () => {
  const boom = noisy(inRoom(speech, { reverberationSeconds: 0.4, directToReverberantDb: 9 }), 1e-4);
  const lavAt = (milliseconds: number) =>
    noisy(hear(speech, { offsetSeconds: milliseconds / 1000, seconds: 24, gain: 0.7 }), 1e-4, 12);

  it('tells its polarity and its delay', async () => {
    const [reference, lav, turned] = await assess([boom, lavAt(1.27), scaled(lavAt(1.27), -1)]);
    expect(reference).toMatchObject({ polarity: 1, delaySeconds: 0 });
    expect(lav!.polarity).toBe(1);
    expect(turned!.polarity).toBe(-1);
    for (const { delaySeconds } of [lav!, turned!]) expect(Math.abs(delaySeconds! + 0.00127)).toBeLessThan(1e-5);
  });

  it('tells neither where it hears something else', async () => {
    const [, other] = await assess([boom, talk(24, 77)]);
    expect(other).toMatchObject({ polarity: 0, delaySeconds: null });
  });

  it('is compared with the first that is not silent', async () => {
    const [, reference, turned] = await assess([new Float32Array(boom.length), boom, scaled(lavAt(0.5), -1)]);
    expect([reference!.polarity, turned!.polarity]).toEqual([1, -1]);
  });

  it('is a mixdown when it is what the others add up to, faders moving', async () => {
    const [first, second] = [lavAt(1.27), noisy(talk(24, 90), 1e-4)];
    const mix = boom.map((value, i) => 0.5 * value + (0.2 + i / boom.length) * first[i]! + 0.3 * second[i]!);
    const measures = await assess([mix, scaled(mix, 0.5), boom, first, second]);
    expect(measures.map(({ sum }) => sum)).toEqual([true, true, false, false, false]);
    expect(measures.map(({ copyOf }) => copyOf)).toEqual([null, 0, null, null, null]);
  });

  it('is none when only it hears the same scene', async () => {
    const measures = await assess([
      boom,
      lavAt(1.27),
      noisy(inRoom(speech, { reverberationSeconds: 0.6, directToReverberantDb: 3 }), 1e-4, 3),
    ]);
    expect(measures.map(({ sum, copyOf }) => [sum, copyOf])).toEqual([
      [false, null],
      [false, null],
      [false, null],
    ]);
  });

  it('rustles when it alone is loud now and then', async () => {
    const random = randomSource(6);
    const lav = lavAt(1.27);
    // Half a second of cloth wherever the talker pauses for long.
    let quiet = 0;
    for (let i = 0; i < lav.length; i++) {
      quiet = Math.abs(speech[i]!) < 0.01 ? quiet + 1 : 0;
      if (quiet > 2400) lav[i]! += 0.08 * random();
    }
    const [clean, rustling] = await assess([boom, lav]);
    expect(rustling!.aloneShare).toBeGreaterThan(0.01);
    expect(clean!.aloneShare).toBeLessThan(0.005);
  });
});

describe('windows to listen to', () => {
  it('are those with the most speech and some of the quietest, in order, within the stretch', async () => {
    const sound = noisy(new Float32Array(60 * sampleRate), 1e-4);
    sound.set(talk(14, 3), 20 * sampleRate);
    sound.set(talk(14, 4), 40 * sampleRate);
    files += 1;
    const source = new kernel.SyncSource(join(folder, `${files}`), 1, [0]);
    await source.push(sound);
    await source.finish();
    const begins = await kernel.syncSpeechWindows(source, {
      fromSeconds: 2,
      toSeconds: 50,
      windowSeconds: 1.4,
      most: 8,
    });
    expect(begins).toHaveLength(8);
    expect([...begins].sort((a, b) => a - b)).toEqual(begins);
    const speaking = begins.filter((begin) => (begin > 19 && begin < 34) || (begin > 39 && begin <= 48.6));
    expect(speaking).toHaveLength(6);
    const few = await kernel.syncSpeechWindows(source, {
      fromSeconds: 10,
      toSeconds: 10.8,
      windowSeconds: 1.4,
      most: 8,
    });
    expect(few).toEqual([10]);
    source.dispose();
  });
});

describe('a large file', () => {
  it.skipIf(process.platform === 'win32')('is read only where the windows are', async () => {
    const path = join(folder, 'large.pcm');
    const [channelCount, seconds] = [8, 3000];
    const frameBytes = 3 * channelCount;
    const file = openSync(path, 'w');
    ftruncateSync(file, 100 + seconds * sampleRate * frameBytes);
    const bytes = Buffer.alloc(10 * sampleRate * frameBytes);
    for (let i = 0; i < 10 * sampleRate; i++)
      bytes.writeIntLE(Math.round(speech[i]! * 8_000_000), i * frameBytes + 15, 3);
    const from = (seconds - 20) * sampleRate;
    writeSync(file, bytes, 0, bytes.length, 100 + from * frameBytes);
    closeSync(file);
    const measures = await kernel.syncAssessTracks(
      layout(path, channelCount, seconds * sampleRate, 's24', 100),
      { sampleRate, windowFrames: 67_200, starts: Array.from({ length: 6 }, (_, index) => from + index * 72_000) },
      go(),
    );
    rmSync(path);
    expect(measures.map(({ levelDbfs }) => levelDbfs > -40)).toEqual([
      false,
      false,
      false,
      false,
      false,
      true,
      false,
      false,
    ]);
  });
});
