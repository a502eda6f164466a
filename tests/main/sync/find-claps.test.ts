import { describe, expect, it } from 'vitest';
import { cameraClaps, clapPlaces, clapWitness } from '../../../src-main/sync/find-claps.ts';
import type { Transient } from '../../../src-main/sync/sync-kernel.ts';
import type { SyncSource } from '../../../src-main/sync/sync-source.ts';
import type { SyncPair } from '../../../src-shared/sync/sync-result.ts';

const sound = (seconds: number, clapLikeness: number, loudnessDb = 0): Transient => ({
  seconds,
  clapLikeness,
  loudnessDb,
});

/** The recorder started five seconds before the camera. */
const line = { offsetSeconds: 5, driftPpm: 20, from: 0, to: 60 };
const onRecorder = (cameraSeconds: number) => 5 + cameraSeconds * (1 + 20e-6);

describe('claps as a witness of a match', () => {
  it('fall together when both files hold them on the line within two milliseconds', () => {
    const recorder = [sound(onRecorder(3.4) + 0.0015, 0.9), sound(onRecorder(40), 0.01)];
    expect(clapWitness([sound(3.4, 0.7), sound(20, 0.02)], recorder, [line])).toEqual({
      together: [3.4],
      apart: [],
      landmark: { cameraSeconds: 3.4, kind: 'clap' },
    });
  });

  it('are borne out by the file that hears them clearly', () => {
    expect(clapWitness([sound(3.4, 0.1)], [sound(onRecorder(3.4), 0.9)], [line]).together).toEqual([3.4]);
    expect(clapWitness([sound(3.4, 0.001)], [sound(onRecorder(3.4), 0.9)], [line]).together).toEqual([]);
    expect(clapWitness([sound(3.4, 0.3)], [sound(onRecorder(3.4), 0.3)], [line]).together).toEqual([]);
  });

  it('say nothing when a slate far from the actors is late by the way of its sound', () => {
    const { together, apart } = clapWitness([sound(3.4, 0.9)], [sound(onRecorder(3.4) + 0.02, 0.9)], [line]);
    expect([together, apart]).toEqual([[], []]);
  });

  it('are told when the recorder holds another one but not this', () => {
    const recorder = [sound(onRecorder(9), 0.9)];
    expect(clapWitness([sound(3.4, 0.9)], recorder, [line]).apart).toEqual([3.4]);
    expect(clapWitness([sound(3.4, 0.9)], [], [line]).apart).toEqual([]);
    expect(clapWitness([sound(70, 0.9)], recorder, [line]).apart).toEqual([]);
  });

  it('are looked for on each piece of a camera that lost samples', () => {
    const after = { offsetSeconds: 5.25, driftPpm: 0, from: 30, to: 60 };
    const recorder = [sound(5 + 10, 0.9), sound(5.25 + 50, 0.9)];
    const lines = [{ ...line, driftPpm: 0, to: 30 }, after];
    expect(clapWitness([sound(10, 0.8), sound(50, 0.8)], recorder, lines).together).toEqual([10, 50]);
  });
});

describe('the landmark of a match', () => {
  it('is the loudest transient that both hold where there is no clap', () => {
    const camera = [sound(4, 0.02, -1), sound(8, 0.02, 3), sound(9, 0.02, 4), sound(12, 0.01, 5)];
    const recorder = [sound(onRecorder(4), 0.02, 6), sound(onRecorder(8), 0.03, 0), sound(onRecorder(9), 0.03, -3)];
    expect(clapWitness(camera, recorder, [line]).landmark).toEqual({ cameraSeconds: 8, kind: 'transient' });
  });

  it('is none where nothing sudden is in both', () => {
    expect(clapWitness([sound(4, 0.02, 1)], [sound(30, 0.02, 1)], [line]).landmark).toBeNull();
    expect(clapWitness([sound(4, 0, -20)], [sound(onRecorder(4), 0, 3)], [line]).landmark).toBeNull();
  });
});

function source(id: string, transients: readonly Transient[], onlyLtc = false): SyncSource {
  return { input: { id, path: id }, summary: { transients }, durationSeconds: 100, onlyLtc } as unknown as SyncSource;
}
const pair = { recorder: 'T01', offsetSamplesAt48k: 5 * 48_000, driftPpm: 20 } as SyncPair;

describe('the claps told of a camera clip', () => {
  it('are what sounds like one, where no recorder file can say otherwise', () => {
    expect(cameraClaps(source('a', [sound(3, 0.6), sound(9, 0.3)]), [], [])).toEqual([3]);
  });

  it('are with a match those that its recorder file bears out', () => {
    const recorder = source('T01', [sound(onRecorder(3), 0.9), sound(onRecorder(30) + 0.01, 0.02)]);
    const camera = source('a', [sound(3, 0.2), sound(30, 0.6), sound(40, 0.95)]);
    expect(cameraClaps(camera, [pair], [recorder])).toEqual([3, 40]);
  });

  it('are none of timecode', () => {
    expect(cameraClaps(source('a', [sound(3, 0.9)], true), [], [])).toEqual([]);
  });
});

describe('places that claps speak for', () => {
  it('pair the claps of both, the likeliest first, a few at most', () => {
    const recorders = [source('T01', [sound(10, 0.6), sound(50, 0.2)]), source('T02', [sound(20, 0.9)])];
    const places = clapPlaces(source('a', [sound(4, 0.8), sound(60, 0.3)]), recorders, 3);
    expect(places.map(({ recorder, offsetSeconds }) => [recorder.input.id, offsetSeconds])).toEqual([
      ['T02', 16],
      ['T01', 6],
      ['T02', -40],
    ]);
  });
});
