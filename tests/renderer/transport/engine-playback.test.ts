import { beforeEach, describe, expect, test, vi } from 'vitest';
import { EnginePlayback } from '../../../src-renderer/transport/engine-playback.ts';
import type { PlaybackRequest } from '../../../src-renderer/transport/playback.ts';
import { LEAD_SAMPLES, refusedByHost, StandInEngine, settle } from '../../support/stand-in-engine.ts';

/** As the device says. */
const LATENCY = 100;
const DOUBLE = { numerator: 2, denominator: 1 };

let host: StandInEngine;
let playback: EnginePlayback;
let events: string[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  host = new StandInEngine();
  events = [];
  playback = new EnginePlayback(
    { engine: host.engine, client: () => host.transport },
    {
      onStarted: () => events.push('started'),
      onRolling: (speed) => events.push(`rolling ${speed}`),
      onEnded: (at) => events.push(`ended ${at}`),
      onLost: (at) => events.push(`lost ${at}`),
      onUnderrun: () => events.push('underrun'),
      onError: (error) => events.push(`error ${(error as Error).message}`),
    },
  );
  return () => {
    vi.useRealTimers();
  };
});

const position = () => playback.positionSamples(performance.now());
const request = (more: Partial<PlaybackRequest> = {}): PlaybackRequest => ({
  fromSample: 5000,
  speed: { numerator: 1, denominator: 1 },
  keepPitch: false,
  loop: null,
  endSample: null,
  beepsBeforeSample: null,
  ...more,
});

async function play(more: Partial<PlaybackRequest> = {}): Promise<void> {
  playback.play(request(more));
  await settle();
  host.tell();
  host.advance(LEAD_SAMPLES);
  host.tell();
}

describe('what plays through the engine', () => {
  test('stands where it starts until the engine begins and is heard, then follows the device’s clock', async () => {
    host.holdsAnswers = true;
    playback.play(request());
    await settle();
    expect(position()).toBe(5000);
    await host.answer();
    expect(events).toEqual(['started']);
    expect(position()).toBe(5000);
    host.advance(LEAD_SAMPLES + LATENCY);
    expect(position()).toBe(5000);
    host.advance(480);
    expect(position()).toBe(5480);
  });

  test('takes no notice of telemetry from before it began', async () => {
    playback.play(request());
    host.tell();
    await settle();
    host.tell();
    host.advance(LEAD_SAMPLES - 1);
    host.tell();
    expect(events).toEqual(['started']);
    expect(position()).toBe(5000);
  });

  test('ends where the engine came to its end by itself', async () => {
    await play({ endSample: 6000 });
    host.advance(5000);
    host.tell();
    expect(events).toEqual(['started', 'ended 6000']);
    expect(position()).toBeNull();
  });

  test('never shows more than its end, however late the engine’s word of it comes', async () => {
    await play({ endSample: 6000 });
    host.clock += 100_000;
    expect(position()).toBe(6000);
  });

  test('is where it was sent at once, and goes on from there when the engine says so', async () => {
    await play();
    host.advance(1000);
    playback.locate(90_000);
    expect(position()).toBe(90_000);
    host.tell();
    expect(position()).toBe(90_000);
    await settle();
    host.advance(500);
    host.tell();
    expect(position()).toBe(90_500 - LATENCY);
  });

  test('sent to where it begins anyway, it goes on', async () => {
    await play();
    playback.locate(5000);
    await settle();
    vi.advanceTimersByTime(300);
    host.advance(1000);
    host.tell();
    expect(position()).toBe(6000 - LATENCY);
  });

  test('follows the engine round its loop without a word of it', async () => {
    await play({ loop: { fromSample: 5000, toSample: 6000 } });
    host.advance(2500 + LATENCY);
    expect(position()).toBe(5500);
    host.tell();
    expect(events).toEqual(['started']);
  });

  test('goes on at another speed from where the engine changed it', async () => {
    await play();
    host.advance(1000);
    playback.changeSpeed(DOUBLE, true);
    await settle();
    host.advance(1000);
    host.tell();
    expect(host.calls.at(-1)).toBe('shuttle 2/1 with pitch');
    expect(events).toEqual(['started', 'rolling 2']);
    expect(position()).toBe(5000 + 1000 + 2000 - 2 * LATENCY);
  });

  test('what was given out before the speed changed is heard at the old one', async () => {
    await play();
    host.advance(1000);
    playback.changeSpeed(DOUBLE, false);
    await settle();
    host.advance(LATENCY / 2);
    host.tell();
    expect(position()).toBe(6000 - LATENCY / 2);
  });

  test('turned round, it stops at the timeline’s start', async () => {
    await play({ fromSample: 1000 });
    playback.changeSpeed({ numerator: -1, denominator: 1 }, false);
    await settle();
    host.advance(3000);
    host.tell();
    await settle();
    expect(events.at(-1)).toBe('ended 0');
    expect(host.motion).toBeNull();
    expect(host.standsAt).toBe(0);
  });

  test('that is refused is over, and says why', async () => {
    host.refusal = refusedByHost();
    playback.play(request());
    await settle();
    expect(events).toEqual(['error The engine is busy.']);
    expect(position()).toBeNull();
  });
});

describe('stop', () => {
  test('never leaves rolling what was asked to play a moment before', async () => {
    host.holdsAnswers = true;
    playback.play(request());
    await settle();
    playback.stop(5000);
    await settle();
    expect(host.calls).toEqual(['play 5000', 'stop']);
    host.holdsAnswers = false;
    await host.answer();
    await settle();
    expect(host.motion).toBeNull();
    expect(events).toEqual([]);
  });

  test('is not undone by telemetry that was on its way', async () => {
    await play();
    const late = host.telemetry();
    playback.stop(5000);
    await settle();
    Object.assign(host, { telemetry: () => late });
    host.tell();
    expect(position()).toBeNull();
    expect(events).toEqual(['started']);
  });
});

describe('what someone else does', () => {
  test('is followed: another window plays, goes elsewhere, and stops', async () => {
    host.tell();
    host.roll({ fromSample: 20_000 });
    host.advance(LEAD_SAMPLES + 512);
    host.tell();
    expect(events).toEqual(['rolling 1']);
    expect(position()).toBe(20_512 - LATENCY);
    host.motion = { ...host.motion!, startClock: host.clock, startSample: 70_000 };
    host.advance(200);
    host.tell();
    host.advance(200);
    expect(position()).toBe(70_400 - LATENCY);
    host.stand(70_300);
    host.tell();
    expect(events.at(-1)).toBe('ended 70300');
  });

  test('a device that is lost while it plays leaves the last place that is known', async () => {
    await play();
    host.advance(4800);
    host.tell();
    host.clock += 48_000;
    host.lose();
    expect(events).toEqual(['started', 'lost 9800']);
    expect(position()).toBeNull();
  });
});

describe('at rest', () => {
  test('it stands ready at the cursor, and never moves what rolls', async () => {
    host.tell();
    playback.stand(7000);
    await settle();
    expect(host.calls).toEqual(['locate 7000']);
    host.roll({ fromSample: 0 });
    host.advance(LEAD_SAMPLES);
    host.tell();
    playback.stand(9000);
    await settle();
    expect(host.calls).toEqual(['locate 7000']);
  });

  test('a short sound is heard and nobody here sees it roll; of many only the last waits', async () => {
    host.holdsAnswers = true;
    for (const sample of [0, 2000, 4000, 6000]) playback.sound(sample, 2000);
    await settle();
    await host.answer();
    await host.answer();
    expect(host.calls).toEqual(['play 0', 'play 6000']);
    host.advance(LEAD_SAMPLES + 100);
    host.tell();
    expect(events).toEqual([]);
    expect(position()).toBeNull();
  });
});
