import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openSyncAudio } from '../../../src-main/host/sync-audio.ts';
import { syncClips } from '../../../src-main/sync/sync-engine.ts';
import { writeSound } from '../../support/sound-files.ts';
import { hear, randomSource, sampleRate, talk } from '../../support/sync-sounds.ts';

const scratchFolder = mkdtempSync(join(tmpdir(), 'twopop-sync-test-'));
afterAll(() => rmSync(scratchFolder, { recursive: true, force: true }));
const seconds = 24;

/** `sound` as it arrives at a microphone: the direct sound, and reflections that die away. */
function inRoom(sound: Float32Array, seed: number, wet: number): Float32Array {
  const random = randomSource(seed);
  const out = sound.slice();
  for (let echo = 0; echo < 120; echo++) {
    const delaySeconds = 0.003 + 0.35 * ((random() + 1) / 2);
    const delay = Math.round(delaySeconds * sampleRate);
    const gain = wet * random() * Math.exp(-delaySeconds / 0.09);
    for (let i = delay; i < out.length; i++) out[i]! += gain * sound[i - delay]!;
  }
  return out;
}

function mix(...parts: readonly (readonly [Float32Array, number])[]): Float32Array {
  const out = new Float32Array(seconds * sampleRate);
  for (const [sound, gain] of parts) for (let i = 0; i < out.length; i++) out[i]! += gain * (sound[i] ?? 0);
  return out;
}

function later(sound: Float32Array, bySeconds: number): Float32Array {
  const by = Math.round(bySeconds * sampleRate);
  const out = new Float32Array(sound.length);
  out.set(sound.subarray(0, sound.length - by), by);
  return out;
}

/** Music does not pause as a talker does. */
const song = mix([talk(seconds, 1), 0.6], [talk(seconds, 5), 0.6], [talk(seconds, 6), 0.6], [talk(seconds, 7), 0.6]);
const voices = [2, 3, 4].map((seed) => talk(seconds, seed));

type Room = { readonly seed: number; readonly wet: number; readonly voiceGain: number };

/** A song from a loudspeaker with one of the voices over it, in a room. */
function scene(voice: number, { seed, wet, voiceGain }: Room): Float32Array {
  return mix([inRoom(song, seed, wet), 1], [inRoom(voices[voice]!, seed + 1, wet), voiceGain]);
}

/** What a recorder of its own makes of a scene that it was started `startSeconds` before. */
function recorded(sound: Float32Array, startSeconds: number, seed: number): Float32Array {
  return hear(later(sound, startSeconds), { offsetSeconds: 0, seconds, noiseLevel: 0.003, seed });
}

async function sync(camera: Float32Array, files: Record<string, Float32Array>) {
  const folder = mkdtempSync(join(scratchFolder, 'bin-'));
  const write = (id: string, sound: Float32Array) => {
    writeSound(join(folder, id), sound);
    return { id, path: join(folder, id) };
  };
  return syncClips({
    cameras: [write('camera', camera)],
    recorders: Object.entries(files).map(([id, sound]) => write(id, sound)),
    openAudio: openSyncAudio,
    scratchFolder,
  });
}

describe.each([
  { voiceGain: 0.3, wet: 0.15, isTold: true },
  // What a room adds to the song hides a voice 10 dB under it: the places are offered, and none is taken.
  { voiceGain: 0.3, wet: 0.35, isTold: false },
  { voiceGain: 0.8, wet: 0.15, isTold: true },
  { voiceGain: 0.8, wet: 0.35, isTold: true },
])('a song without timecode, voice gain $voiceGain, reflections $wet', ({ voiceGain, wet, isTold }) => {
  const room = (seed: number) => ({ seed, wet, voiceGain });
  const heard = scene(0, { ...room(25), wet: 2 * wet });
  const camera = hear(heard, { offsetSeconds: 0.5, seconds: 20, noiseLevel: 0.05, driftPpm: 12 });
  const own = recorded(scene(0, room(21)), 0, 1);
  const other = recorded(scene(1, room(23)), 1.234, 2);

  it('is matched with its own take or with none, not with another take of the playback', async () => {
    const { pairs, unmatched } = await sync(camera, { 'own.wav': own, 'other.wav': other });
    if (!isTold) {
      expect(pairs).toEqual([]);
      expect(unmatched[0]!.reason).toContain('several places nearly alike');
      return;
    }
    expect(pairs.map(({ recorder }) => recorder)).toEqual(['own.wav']);
    expect(pairs[0]!.confidence).toBeGreaterThan(0.9);
    expect(Math.abs(pairs[0]!.offsetSamplesAt48k - 0.5 * sampleRate)).toBeLessThan(2);
  });

  it('is matched with both machines that ran in one room while it was filmed', async () => {
    const backup = recorded(scene(0, room(31)), 1.234, 5);
    const { pairs } = await sync(camera, { 'own.wav': own, 'backup.wav': backup });
    expect(pairs.map(({ recorder }) => recorder).sort()).toEqual(['backup.wav', 'own.wav']);
  });

  it('is never matched with two takes at once where its own is missing', async () => {
    const third = recorded(scene(2, room(27)), 0.7, 3);
    const { pairs } = await sync(camera, { 'other.wav': other, 'third.wav': third });
    expect(pairs.length).toBeLessThan(2);
  });
});
