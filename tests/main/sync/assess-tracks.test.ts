import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSyncAudio, openSyncTracks, readSyncStart } from '../../../src-main/host/sync-audio.ts';
import { runFfmpeg } from '../../../src-main/media/ffmpeg.ts';
import type { OpenTracks } from '../../../src-main/sync/assess-tracks.ts';
import { syncCommand } from '../../../src-main/sync/sync-cli.ts';
import { syncClips } from '../../../src-main/sync/sync-engine.ts';
import { clap } from '../../support/clap-sounds.ts';
import { inRoom } from '../../support/room-sounds.ts';
import { hear, randomSource, sampleRate, talk } from '../../support/sync-sounds.ts';
import { writeWave } from '../../support/write-wave.ts';

const folder = mkdtempSync(join(tmpdir(), 'twopop-assess-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [camera, recorder, decoded] = [join(folder, 'A001.wav'), join(folder, 'T01.wav'), join(folder, 'T01.flac')];

/** A clap, then a talker: boom, a lavalier wired the wrong way round and nearer, and what the two add up to. */
beforeAll(async () => {
  const scene = new Float32Array(30 * sampleRate);
  scene.set(talk(25, 51), 5 * sampleRate);
  clap(scene, 3, { level: 1.2 });
  const random = randomSource(7);
  const boom = inRoom(scene, { reverberationSeconds: 0.4, directToReverberantDb: 9 }).map(
    (x) => 0.4 * x + 3e-4 * random(),
  );
  const lav = hear(scene, { offsetSeconds: 0.001, seconds: 30, gain: -0.4, noiseLevel: 3e-4 });
  const channels = [boom.map((x, i) => 0.5 * x + 0.3 * lav[i]!), boom, lav];
  writeWave(recorder, {
    lengthSamples: boom.length,
    channelCount: 3,
    sampleAt: (sample, channel) => channels[channel]![sample]!,
    ixml: { timeReference: 0, trackNames: ['Mix', 'Boom', 'Lav 1'] },
  });
  const far = inRoom(hear(scene, { offsetSeconds: 1.5, seconds: 26, noiseLevel: 0.01 }), {
    reverberationSeconds: 0.4,
    directToReverberantDb: 3,
  });
  writeWave(camera, { lengthSamples: far.length, sampleAt: (sample) => 0.3 * far[sample]! });
  await runFfmpeg(recorder, ['-i', recorder, '-y', decoded]);
});

const inputs = (...paths: string[]) => paths.map((path) => ({ id: path, path }));
const sync = (paths: readonly string[], openTracks?: OpenTracks) =>
  syncClips({
    cameras: inputs(camera),
    recorders: inputs(...paths),
    openAudio: openSyncAudio,
    ...(openTracks ? { openTracks } : {}),
  });

describe('a match with its microphones', () => {
  it('has them assessed under the recordist’s names, and one suggested', async () => {
    const { pairs, claps } = await sync([recorder], openSyncTracks);
    const [pair] = pairs;
    expect(pair!.tracks!.map(({ polarity, mixdown }) => [polarity, mixdown])).toEqual([
      [1, true],
      [1, false],
      [-1, false],
    ]);
    expect(pair!.suggestedChannel).toBe(1);
    expect(pair!.suggestionReason).toMatch(/^Boom: clean/);
    expect(pair!.tracks![2]!.remark).toMatch(/^inverted/);
    expect(Math.abs(pair!.offsetSamplesAt48k - 1.5 * sampleRate)).toBeLessThan(0.5);
    expect(pair!.method).toBe('waveform+clap');
    expect(pair!.landmark!.kind).toBe('clap');
    expect(Math.abs(claps![camera]![0]! - 1.5)).toBeLessThan(0.001);
  });

  it('has them assessed alike in a file that must be decoded', async () => {
    const [straight] = (await sync([recorder], openSyncTracks)).pairs;
    const [pair] = (await sync([decoded], openSyncTracks)).pairs;
    for (const [channel, track] of pair!.tracks!.entries()) {
      expect(Math.abs(track.snrDb - straight!.tracks![channel]!.snrDb)).toBeLessThan(2);
      expect(track.polarity).toBe(straight!.tracks![channel]!.polarity);
    }
  });

  it('stays as it is when they cannot be read, or nobody asked', async () => {
    const refused: OpenTracks = async () => {
      throw new Error('the card was pulled');
    };
    for (const openTracks of [refused, undefined]) {
      const { pairs } = await sync([recorder], openTracks);
      expect(pairs).toHaveLength(1);
      expect(pairs[0]!.tracks).toBeUndefined();
    }
  });

  it('goes by the names that the project gives before those of the file', async () => {
    const { pairs } = await syncClips({
      cameras: inputs(camera),
      recorders: [{ id: recorder, path: recorder, channelNames: ['', 'LTC', 'Anna'] }],
      openAudio: openSyncAudio,
      openTracks: openSyncTracks,
    });
    expect(pairs[0]!.tracks![1]!.remark).toBe('timecode');
    expect(pairs[0]!.suggestedChannel).toBe(2);
    expect(pairs[0]!.suggestionReason).toContain('Anna');
  });

  it('prints them with --tracks, and the claps in any case', async () => {
    const printed: string[] = [];
    const run = (...args: string[]) =>
      syncCommand({
        args: ['--cameras', camera, '--recorders', recorder, '--json', '-', ...args],
        openAudio: openSyncAudio,
        openTracks: openSyncTracks,
        readStart: readSyncStart,
        filesBelow: async () => [],
        write: (text) => void printed.push(text),
        writeFile: async (path, text) => writeFileSync(path, text),
      });
    expect([await run('--tracks'), await run()]).toEqual([0, 0]);
    const [full, plain] = printed.map((text) => JSON.parse(text));
    expect(full.pairs[0]).toMatchObject({
      suggested_channel: 1,
      suggestion_reason: expect.stringContaining('Boom'),
      landmark: { kind: 'clap', camera_s: expect.closeTo(1.5, 2) },
    });
    expect(Object.keys(full.pairs[0].tracks[0])).toEqual([
      'channel',
      'level_dbfs',
      'snr_db',
      'direct_to_reverberant_db',
      'clipped_samples',
      'polarity',
      'delay_ms',
      'mixdown',
      'fitness',
      'remark',
    ]);
    expect(plain.pairs[0].tracks).toBeUndefined();
    expect(plain.claps).toEqual(full.claps);
  });
});
