import { beforeEach, describe, expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { RecordControl } from '../../../src-renderer/record/record-control.ts';
import type { Scene } from '../../../src-renderer/record/remembered-scene.ts';
import { createTimelineView } from '../../../src-renderer/timeline/timeline-view.ts';
import type { EngineStatus } from '../../../src-shared/engine/live-engine.ts';
import type { RecordedPass, RecordStart, RecordState } from '../../../src-shared/rpc/record-schemas.ts';

type Options = ConstructorParameters<typeof RecordControl>[0];

const IDLE: RecordState = { phase: 'idle', pass: null, trackIds: [], isPunchedIn: false, punch: null };

let calls: string[];
let told: string[];
let record: RecordState;
let started: Promise<RecordState> | RecordState;
let playing: boolean;
let punchByHand: boolean;
let ended: ((pass: RecordedPass) => void) | null;
let warned: ((warning: { message: string }) => void) | null;
let pass: RecordedPass | null;
let view: Options['view'];
let isArmed: boolean;
let tellState: (record: RecordState) => void;
let control: RecordControl;

beforeEach(() => {
  calls = [];
  told = [];
  record = IDLE;
  started = rolling(true);
  playing = false;
  punchByHand = false;
  isArmed = true;
  pass = { pass: 1, takeIds: [1], placedTakeIds: [1], notices: [] };
  view = createTimelineView();
  const state = () => ({
    record,
    status: { state: 'running', problem: null } as EngineStatus,
    settings: { sampleFormat: 's24', preRecordSeconds: 0 },
    trackInputs: [{ trackId: 1, inputs: [0], mode: 'auto', armed: isArmed }],
  });
  const say = async (what: string) => {
    calls.push(what);
    return record;
  };
  control = new RecordControl({
    engine: {
      store: {
        getState: state,
        subscribe: (listener: (state: { record: RecordState }, before: { record: RecordState }) => void) => {
          tellState = (next) => {
            const before = record;
            record = next;
            listener({ record }, { record: before });
          };
          return () => undefined;
        },
      },
      onRecordingEnded: (listener: typeof ended) => {
        ended = listener;
        return () => void calls.push('left');
      },
      onRecordingWarning: (listener: typeof warned) => {
        warned = listener;
        return () => undefined;
      },
    } as unknown as Options['engine'],
    client: () =>
      ({
        record: {
          start: async ({ punch, scene }: RecordStart) => {
            calls.push(`start ${typeof punch === 'object' ? 'span' : punch}${scene ? ` of ${scene}` : ''}`);
            return started;
          },
          stop: async () => {
            calls.push('stop');
            return pass;
          },
          punchIn: () => say('in'),
          punchOut: () => say('out'),
        },
        transport: { locate: ({ timelineSample }: { timelineSample: number }) => say(`stand ${timelineSample}`) },
      }) as unknown as ReturnType<Options['client']>,
    view,
    transport: {
      store: createStore(() => ({ looping: false, speed: playing ? 1 : 0 })),
      rolls: () => ({ preRollSamples: 0, postRollSamples: 0 }),
      playing: () => playing,
      positionSamples: () => 0,
      stop: () => calls.push('transport stop'),
    } as unknown as Options['transport'],
    scene: createStore<Scene>(() => ({ scene: '', isEdited: false })),
    preferences: () => ({ punchByHand }),
    readOnly: false,
    onError: (error) => told.push(`error: ${(error as Error).message}`),
    onBegun: () => told.push('begun'),
    onNotice: (message) => told.push(message),
    onProblem: (message, _remedy, about) => told.push(`${about} problem: ${message}`),
    onOver: () => told.push('over'),
  });
});

const rolling = (isPunchedIn: boolean, punch: RecordState['punch'] = 'now'): RecordState => ({
  phase: 'rolling',
  pass: 1,
  trackIds: [1],
  isPunchedIn,
  punch,
});

describe('the record key', () => {
  test('begins, then punches out and in while it rolls', async () => {
    await control.press();
    record = rolling(true);
    await control.press();
    record = rolling(false);
    await control.press();
    expect(calls).toEqual(['start now', 'out', 'in']);
    expect(told).toEqual(['begun']);
  });

  test('punches what another window only rolls for', async () => {
    record = rolling(false);
    await control.press();
    expect(calls).toEqual(['in']);
  });

  test('ends a recording whose span was chosen beforehand', async () => {
    view.getState().selectRange({ fromSample: 10, toSample: 20, trackIds: [1] });
    await control.press();
    record = rolling(false, 'span');
    await control.press();
    expect(calls).toEqual(['start span', 'transport stop']);
  });

  test('ends a span that another window records', async () => {
    record = rolling(false, 'span');
    await control.press();
    expect(calls).toEqual(['transport stop']);
  });

  test('a span recorded earlier says nothing of what another window records by hand now', async () => {
    view.getState().selectRange({ fromSample: 10, toSample: 20, trackIds: [1] });
    await control.press();
    record = rolling(true, 'by-hand');
    await control.press();
    expect(calls).toEqual(['start span', 'out']);
  });

  test('calls off what is only being made ready', async () => {
    record = { ...IDLE, phase: 'starting', punch: 'now' };
    await control.press();
    expect(calls).toEqual(['transport stop']);
  });

  test('calls off what the host has not answered yet, instead of asking twice', async () => {
    let answer = (_: RecordState) => {};
    started = new Promise((resolve) => {
      answer = resolve;
    });
    const first = control.press();
    expect(control.phase).toBe('starting');
    await control.press();
    answer(IDLE);
    await first;
    expect(calls).toEqual(['start now', 'transport stop']);
    expect(told).toEqual(['begun', 'It was stopped before it rolled, so nothing was recorded.']);
    expect(control.phase).toBe('idle');
  });

  test('names the next takes by the scene that is set', async () => {
    control.scene.setState({ scene: '12A' });
    await control.press();
    expect(calls).toEqual(['start now of 12A']);
  });

  test('says without alarm that no track is armed', async () => {
    isArmed = false;
    await control.press();
    expect(told).toEqual(['No track is armed. Nothing is being recorded.']);
  });

  test('does nothing while the files are taken in', async () => {
    record = { ...IDLE, phase: 'finishing' };
    await control.press();
    expect(calls).toEqual([]);
  });

  test('only rolls where punches are made by hand', async () => {
    punchByHand = true;
    await control.press();
    expect(calls).toEqual(['start by-hand']);
  });
});

describe('the end of a recording', () => {
  test('is told with what went wrong, and the engine stands where the person does', async () => {
    pass = { pass: 1, takeIds: [1], placedTakeIds: [], notices: ['0.5 s were lost.'] };
    await control.stop(4800);
    expect(calls).toEqual(['stop', 'stand 4800']);
    expect(told).toEqual(['0.5 s were lost.']);
  });

  test('says so where nothing was punched', async () => {
    pass = { pass: 1, takeIds: [], placedTakeIds: [], notices: [] };
    await control.stop(0);
    expect(told).toEqual(['Nothing was punched in, so nothing was kept.']);
  });

  test('is quiet where all went well', async () => {
    await control.stop(0);
    expect(told).toEqual([]);
  });

  test('by itself is told too: as a problem where it was broken off', () => {
    ended?.({ pass: 2, takeIds: [3], placedTakeIds: [3], notices: ['“Boom” is kept.'] });
    ended?.({ pass: 2, takeIds: [3], placedTakeIds: [3], notices: ['The device was lost.'], isTroubled: true });
    expect(told).toEqual(['“Boom” is kept.', 'end problem: The device was lost.']);
  });

  test('makes untrue what was told of a disk that fills', () => {
    tellState(rolling(true));
    warned?.({ message: 'The disk will be full in 2 min.' });
    tellState({ ...IDLE, phase: 'finishing' });
    expect(told).toEqual(['disk problem: The disk will be full in 2 min.']);
    tellState(IDLE);
    expect(told.slice(1)).toEqual(['over']);
  });
});
