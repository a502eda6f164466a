import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FadeShape, RenderPlan } from '../../src-shared/engine/render-plan.ts';

type ReelFade = { len: number; shape: 'linear' | 'equalpower' };
type ReelClip = {
  source: number;
  in: number;
  out: number;
  start: number;
  fadeIn: ReelFade;
  fadeOut: ReelFade;
  gainDb: number;
};
type Reel = {
  sampleRate: number;
  length: number;
  stems: string[];
  sources: { path: string; channels: number; frames: number }[];
  tracks: {
    name: string;
    channels: 1 | 2;
    stem: string;
    gainDb: number;
    pan: number;
    automation: [number, number][];
    clips: ReelClip[];
  }[];
};

const gain = (db: number) => 10 ** (db / 20);
const fade = (value: ReelFade) => ({
  lengthSamples: value.len,
  shape: (value.shape === 'equalpower' ? 'equal-power' : 'linear') as FadeShape,
});

/** Reads a neutral session of the shared benches (level core) as a plan. Its sources are 24-bit with a 44-byte header. */
export function reelPlan(sessionPath: string): RenderPlan {
  const reel = JSON.parse(readFileSync(sessionPath, 'utf8')) as Reel;
  return {
    sampleRate: reel.sampleRate,
    lengthSamples: reel.length,
    stems: reel.stems,
    sources: reel.sources.map((source) => ({
      path: join(dirname(sessionPath), source.path),
      dataOffsetBytes: 44,
      format: 's24',
      channelCount: source.channels,
      frameCount: source.frames,
    })),
    tracks: reel.tracks.map((track) => ({
      name: track.name,
      channelCount: track.channels,
      gain: gain(track.gainDb),
      pan: track.pan,
      points: track.automation.map(([sample, db]) => ({ sample, gain: gain(db) })),
      stem: reel.stems.indexOf(track.stem),
      clips: track.clips.map((clip) => ({
        source: clip.source,
        firstChannel: 0,
        startSample: clip.start,
        lengthSamples: clip.out - clip.in,
        sourceInSample: clip.in,
        gain: gain(clip.gainDb),
        fadeIn: fade(clip.fadeIn),
        fadeOut: fade(clip.fadeOut),
      })),
    })),
  };
}

/** A plain 44-byte header of a PCM file shorter than 4 GB. */
export function plainWavHeader(sampleRate: number, channelCount: number, bits: number, frames: number): Buffer {
  const header = Buffer.alloc(44);
  const frameBytes = channelCount * (bits / 8);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + frames * frameBytes, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(channelCount, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * frameBytes, 28);
  header.writeUInt16LE(frameBytes, 32);
  header.writeUInt16LE(bits, 34);
  header.write('data', 36);
  header.writeUInt32LE(frames * frameBytes, 40);
  return header;
}
