import { beforeEach, expect, test } from 'vitest';
import { EnginePlayback } from '../../../src-renderer/transport/engine-playback.ts';
import { TwopopError } from '../../../src-shared/rpc/error.ts';
import { LEAD_SAMPLES, StandInEngine, settle } from '../../support/stand-in-engine.ts';

const REQUEST = {
  fromSample: 5000,
  speed: { numerator: 1, denominator: 1 },
  keepPitch: false,
  loop: null,
  endSample: null,
  beepsBeforeSample: null,
};

let host: StandInEngine;
let playback: EnginePlayback;
let events: string[];

beforeEach(() => {
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
});

const stopped = () => new TwopopError({ code: 'roll-stopped', message: 'Stopped.', remedy: 'Play again.' });

test('a play that someone else stopped before it rolled is over, and nothing to complain of', async () => {
  host.refusal = stopped();
  playback.play(REQUEST);
  await settle();
  expect(events).toEqual(['ended 5000']);
  expect(playback.positionSamples(performance.now())).toBeNull();
});

test('a stop is sent at once while a play waits for the disk, and what was asked for between them is not sent any more', async () => {
  host.holdsAnswers = true;
  playback.play(REQUEST);
  await settle();
  playback.locate(9000);
  playback.changeSpeed({ numerator: 2, denominator: 1 }, false);
  playback.stop(7000);
  await settle();
  expect(host.calls).toEqual(['play 5000', 'stop']);
  await host.answer();
  await host.answer();
  expect(host.calls).toEqual(['play 5000', 'stop']);
  expect(events).toEqual([]);
});

test('a play after such a stop waits until that has been answered', async () => {
  host.holdsAnswers = true;
  playback.play(REQUEST);
  await settle();
  playback.stop(7000);
  playback.play({ ...REQUEST, fromSample: 8000 });
  await settle();
  expect(host.calls).toEqual(['play 5000', 'stop']);
  await host.answer();
  expect(host.calls).toEqual(['play 5000', 'stop', 'play 8000']);
  await host.answer();
  host.advance(LEAD_SAMPLES);
  host.tell();
  expect(events).toEqual(['started']);
});
