import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Mirror } from '../../../src-renderer/project/mirror.ts';
import { createTimelineView } from '../../../src-renderer/timeline/timeline-view.ts';
import { EnginePlayback } from '../../../src-renderer/transport/engine-playback.ts';
import type { PlaybackEvents, PlaybackRequest } from '../../../src-renderer/transport/playback.ts';
import type { PreviewPlayback } from '../../../src-renderer/transport/preview-playback.ts';
import { Transport } from '../../../src-renderer/transport/transport.ts';
import type { RecordState } from '../../../src-shared/rpc/record-schemas.ts';
import { LEAD_SAMPLES, refusedByHost, StandInEngine, settle } from '../../support/stand-in-engine.ts';

const RATE = 48_000;
const RANGE = { fromSample: 20_000, toSample: 30_000, trackIds: [1] };

let host: StandInEngine;
let view: ReturnType<typeof createTimelineView>;
let transport: Transport;
let previewed: string[];
let errors: string[];
let recordPhase: RecordState['phase'];
let stopped: number[];
const preferences = {
  returnOnStop: true,
  preRollOn: false,
  preRollSeconds: 1,
  postRollOn: false,
  postRollSeconds: 0.5,
  keepPitch: false,
};

beforeEach(() => {
  vi.useFakeTimers();
  host = new StandInEngine();
  view = createTimelineView();
  previewed = [];
  errors = [];
  stopped = [];
  recordPhase = 'idle';
  Object.assign(preferences, { returnOnStop: true, preRollOn: false, postRollOn: false, keepPitch: false });
  const clock = { frameRate: { numerator: 24, denominator: 1, drop: false }, sampleRate: RATE, startFrame: 0 };
  transport = new Transport({
    mirror: { clock: () => clock, get: () => null } as unknown as Mirror,
    view,
    preview: () => previewOf(),
    engine: (events: PlaybackEvents) =>
      new EnginePlayback({ engine: host.engine, client: () => host.transport }, events),
    preferences: () => preferences,
    recordPhase: () => recordPhase,
    onFinishing: () => errors.push('finishing'),
    stopRecording: (at) => stopped.push(at),
    onError: (error) => errors.push((error as Error).message),
  });
  return () => {
    transport.dispose();
    vi.useRealTimers();
  };
});

/** Plays nothing, and says what it was told. */
function previewOf(): PreviewPlayback {
  let from: number | null = null;
  return {
    mostSpeed: 4,
    play: (request: PlaybackRequest) => {
      from = request.fromSample;
      previewed.push(`play ${from}`);
    },
    stop: () => {
      from = null;
      previewed.push('stop');
    },
    positionSamples: () => from,
    setMonitorGainDb: (gainDb: number) => previewed.push(`gain ${gainDb}`),
    dispose: () => undefined,
  } as unknown as PreviewPlayback;
}

/** The engine goes on by so many samples after it began, and says so. */
async function roll(samples: number): Promise<void> {
  await settle();
  host.advance(LEAD_SAMPLES + samples);
  host.tell();
}

const cursor = () => view.getState().cursorSample;
const state = () => transport.store.getState();

describe('play', () => {
  test('goes through the engine where a device runs, else through the preview', async () => {
    transport.play();
    await roll(4800);
    expect(host.calls).toEqual(['play 0']);
    expect(Math.round(transport.positionSamples())).toBe(4700);
    transport.stop();
    await settle();
    host.lose();
    transport.play();
    expect(previewed).toEqual(['play 0']);
  });

  test('says that it starts only where that takes more than a tenth of a second', async () => {
    host.holdsAnswers = true;
    transport.play();
    expect(state().phase).toBe('playing');
    vi.advanceTimersByTime(110);
    expect(state().phase).toBe('starting');
    await settle();
    await host.answer();
    expect(state().phase).toBe('playing');
    vi.advanceTimersByTime(500);
    expect(state().phase).toBe('playing');
  });

  test('that the host refuses is told, and nothing plays', async () => {
    host.refusal = refusedByHost();
    transport.play();
    await settle();
    expect(errors).toEqual(['The engine is busy.']);
    expect(state()).toMatchObject({ phase: 'stopped', speed: 0 });
  });

  test('loops over the range, which may change while it does', async () => {
    view.getState().selectRange(RANGE);
    transport.setLooping(true);
    transport.play();
    await roll(15_000);
    expect(host.motion?.loop).toEqual({ fromSample: 20_000, toSample: 30_000 });
    expect(Math.round(transport.positionSamples())).toBe(24_900);
    view.getState().selectRange({ ...RANGE, toSample: 40_000 });
    vi.advanceTimersByTime(100);
    await settle();
    expect(host.calls.at(-1)).toBe('loop 20000..40000');
    transport.setLooping(false);
    await settle();
    expect(host.calls.at(-1)).toBe('loop off');
  });

  test('plays the selection with its rolls, and ends by itself', async () => {
    view.getState().selectRange({ ...RANGE, fromSample: 60_000, toSample: 70_000 });
    Object.assign(preferences, { preRollOn: true, postRollOn: true });
    transport.playSelection();
    await roll(0);
    expect(host.motion).toMatchObject({ startSample: 60_000 - RATE, endSample: 70_000 + RATE / 2 });
    host.advance(10 * RATE);
    host.tell();
    expect(state().phase).toBe('stopped');
    expect(cursor()).toBe(60_000);
  });

  test('at a film rate runs by that very fraction', async () => {
    transport.setPlaySpeed({ numerator: 25, denominator: 24 });
    transport.play();
    await roll(0);
    expect(host.motion?.speed).toEqual({ numerator: 25, denominator: 24 });
    transport.setPlaySpeed({ numerator: 1000, denominator: 1001 });
    await settle();
    expect(host.calls.at(-1)).toBe('shuttle 1000/1001');
  });

  test('at half speed goes over to it and back to rest', async () => {
    transport.play();
    await roll(0);
    transport.playHalfSpeed();
    await settle();
    expect(host.calls.at(-1)).toBe('shuttle 1/2');
    expect(state().speed).toBe(0.5);
    transport.playHalfSpeed();
    expect(transport.playing()).toBe(false);
  });
});

describe('stop', () => {
  test('returns to where playing began, or stays where it is heard', async () => {
    view.getState().setCursor(1000);
    transport.play();
    await roll(4800);
    transport.stop();
    expect(cursor()).toBe(1000);
    preferences.returnOnStop = false;
    transport.play();
    await roll(4800);
    transport.stop();
    expect(cursor()).toBe(1000 + 4800 - 100);
  });

  test('by K stays, whatever the setting', async () => {
    transport.play();
    await roll(4800);
    transport.pause();
    expect(cursor()).toBe(4700);
  });

  test('ends a recording, and leaves the transport to it', async () => {
    view.getState().setCursor(500);
    host.roll({ fromSample: 500 });
    await roll(1000);
    recordPhase = 'rolling';
    transport.stop();
    await settle();
    expect(stopped).toEqual([500]);
    expect(host.calls).toEqual([]);
    host.tell();
    expect(transport.playing()).toBe(false);
  });
});

describe('the shuttle', () => {
  test('goes faster at each press, turns round, and rests at the start', async () => {
    view.getState().setCursor(9600);
    transport.shuttle(1);
    await roll(0);
    for (const expected of [2, 4, 8, 8]) {
      transport.shuttle(1);
      await settle();
      host.tell();
      expect(state().speed).toBe(expected);
    }
    transport.shuttle(-1);
    await settle();
    host.advance(20_000);
    host.tell();
    await settle();
    expect(state()).toMatchObject({ phase: 'stopped', speed: 0 });
    expect(cursor()).toBe(0);
  });

  test('keeps the pitch where that is wanted', async () => {
    preferences.keepPitch = true;
    transport.play();
    await roll(0);
    transport.shuttle(1);
    await settle();
    expect(host.calls.at(-1)).toBe('shuttle 2/1 with pitch');
  });
});

describe('a jog', () => {
  test('lands on the frame and lets it be heard, without playing on', async () => {
    view.getState().setCursor(2100);
    transport.jogFrames(1);
    await settle();
    expect(cursor()).toBe(4000);
    expect(host.calls).toEqual(['play 4000']);
    expect(host.motion).toMatchObject({ startSample: 4000, endSample: 6000 });
    await roll(500);
    expect(transport.playing()).toBe(false);
    expect(transport.positionSamples()).toBe(4000);
  });

  test('never goes before the start', () => {
    transport.jogFrames(-10);
    expect(cursor()).toBe(0);
  });
});

describe('while something is recorded', () => {
  beforeEach(async () => {
    host.roll({ fromSample: 0 });
    await roll(1000);
    recordPhase = 'rolling';
  });

  test('nothing but stop moves the transport', async () => {
    transport.locate(90_000);
    transport.shuttle(1);
    transport.jogFrames(1);
    transport.setLooping(true);
    transport.setPlaySpeed({ numerator: 25, denominator: 24 });
    transport.play();
    await settle();
    vi.advanceTimersByTime(1000);
    expect(host.calls).toEqual([]);
    expect(transport.playing()).toBe(true);
    expect(Math.round(transport.positionSamples())).toBe(900);
  });
});

test('a device that is lost while it plays leaves the cursor where it was heard last', async () => {
  transport.play();
  await roll(4800);
  host.lose();
  expect(transport.playing()).toBe(false);
  expect(cursor()).toBe(4800);
});

test('the engine stands ready where the cursor rests', async () => {
  host.tell();
  view.getState().setCursor(100);
  view.getState().setCursor(7000);
  vi.advanceTimersByTime(100);
  await settle();
  expect(host.calls).toEqual(['locate 7000']);
});

test('what another window plays is seen here too, and stopped from here', async () => {
  view.getState().setCursor(33);
  host.roll({ fromSample: 10_000 });
  await roll(4800);
  expect(state()).toMatchObject({ phase: 'playing', speed: 1 });
  expect(transport.positionSamples()).toBe(14_700);
  transport.stop();
  await settle();
  expect(host.motion).toBeNull();
  expect(cursor()).toBe(33);
});

describe('a recording that is not seen to roll yet', () => {
  const ways: readonly [string, () => void][] = [
    ['play or stop', () => transport.toggle()],
    ['stop where it is', () => transport.pause()],
    ['stop', () => transport.stop()],
  ];
  for (const phase of ['starting', 'rolling'] as const)
    test.each(ways)(`is ended by “%s” while it is ${phase}`, async (_, press) => {
      view.getState().setCursor(4800);
      recordPhase = phase;
      press();
      await settle();
      expect(stopped).toEqual([4800]);
      expect(host.calls).toEqual([]);
    });

  test('is not taken for playing by its first telemetry after that', async () => {
    recordPhase = 'starting';
    transport.toggle();
    host.roll({ fromSample: 0 });
    await roll(1000);
    expect(state().phase).toBe('stopped');
  });
});

test('play while a take is still taken in says so, and a second stop asks for nothing', async () => {
  recordPhase = 'finishing';
  transport.toggle();
  transport.playSelection();
  transport.pause();
  await settle();
  expect(errors).toEqual(['finishing', 'finishing']);
  expect(stopped).toEqual([]);
  expect(host.calls).toEqual([]);
});

test('a window that goes leaves a recording that it punched into its own playing', async () => {
  transport.play();
  await roll(4800);
  recordPhase = 'rolling';
  transport.dispose();
  await settle();
  expect(host.calls).toEqual(['play 0']);
});

test('a window that goes leaves rolling what another one began', async () => {
  host.roll({ fromSample: 10_000 });
  await roll(4800);
  transport.dispose();
  await settle();
  expect(host.calls).toEqual([]);
});
