import { describe, expect, test } from 'vitest';
import { isRefusal, type RecordSituation, recordRequest } from '../../../src-renderer/record/record-request.ts';
import type { EngineStatus } from '../../../src-shared/engine/live-engine.ts';

const RANGE = { fromSample: 48_000, toSample: 96_000 };
const ARMED = { trackId: 3, inputs: [0, 1], mode: 'auto', armed: true } as const;

function situation(more: Partial<RecordSituation> = {}): RecordSituation {
  return {
    readOnly: false,
    status: { state: 'running', problem: null } as EngineStatus,
    settings: { sampleFormat: 's24', preRecordSeconds: 5 },
    trackInputs: [
      { ...ARMED, inputs: [0, 1] },
      { trackId: 4, inputs: [2], mode: 'auto', armed: false },
    ],
    isRolling: false,
    speed: 0,
    range: null,
    positionSample: 0,
    cursorSample: 1000,
    looping: false,
    punchByHand: false,
    preRollSamples: 0,
    postRollSamples: 0,
    scene: '',
    ...more,
  };
}

function asked(more: Partial<RecordSituation> = {}) {
  const answer = recordRequest(situation(more));
  if (isRefusal(answer)) throw new Error(answer.message);
  return answer;
}

function refused(more: Partial<RecordSituation>) {
  const answer = recordRequest(situation(more));
  if (!isRefusal(answer)) throw new Error('it was not refused');
  return answer;
}

describe('the record key', () => {
  test('records on the armed tracks alone, as the audio settings say', () => {
    expect(asked()).toEqual({
      tracks: [{ trackId: 3, inputs: [0, 1] }],
      sampleFormat: 's24',
      preRecordSeconds: 5,
      scene: null,
      roll: { fromSample: 1000, preRollSamples: 0, postRollSamples: 0, loop: null },
      punch: 'now',
    });
  });

  test('punches a selected range, with both rolls', () => {
    const { roll, punch } = asked({ range: RANGE, preRollSamples: 100, postRollSamples: 200 });
    expect(roll).toEqual({ fromSample: 48_000, preRollSamples: 100, postRollSamples: 200, loop: null });
    expect(punch).toEqual({ inSample: 48_000, outSample: 96_000 });
  });

  test('in a loop over a range records lap after lap until stop', () => {
    const { roll, punch } = asked({ range: RANGE, looping: true });
    expect(roll).toMatchObject({ fromSample: 48_000, loop: RANGE });
    expect(punch).toBe('now');
  });

  test('only rolls where punches are made by hand', () => {
    expect(asked({ punchByHand: true }).punch).toBe('by-hand');
    expect(asked({ punchByHand: true, range: RANGE }).punch).toBe('by-hand');
  });

  const playing = { isRolling: true, speed: 1 };

  test('while it plays towards a selected range punches that range', () => {
    const { punch } = asked({ ...playing, range: RANGE, positionSample: 47_000.5 });
    expect(punch).toEqual({ inSample: 48_000, outSample: 96_000 });
  });

  test('while it plays within a selected range punches in at once, and out at the range’s end', () => {
    const { punch } = asked({ ...playing, range: RANGE, positionSample: 50_000.5 });
    expect(punch).toEqual({ inSample: 50_001, outSample: 96_000 });
  });

  test('while it plays punches in at once where no range lies ahead, in a loop, and by hand', () => {
    expect(asked({ ...playing, positionSample: 1000 }).punch).toBe('now');
    expect(asked({ ...playing, range: RANGE, positionSample: 96_000 }).punch).toBe('now');
    expect(asked({ ...playing, range: RANGE, positionSample: 50_000, looping: true }).punch).toBe('now');
    expect(asked({ ...playing, range: RANGE, positionSample: 1000, punchByHand: true }).punch).toBe('now');
  });

  test('names the files by the scene where one is set', () => {
    expect(asked({ scene: '12A' }).scene).toBe('12A');
  });
});

describe('nothing is recorded, and it is said what to do', () => {
  test('without an armed track', () => {
    expect(refused({ trackInputs: [] })).toMatchObject({
      message: 'No track is armed. Nothing is being recorded.',
      remedy: 'Arm a track with the red button in its header, choose its input, then record.',
    });
  });

  test('where the armed track has no input', () => {
    const answer = refused({ trackInputs: [{ ...ARMED, inputs: [] }] });
    expect(answer.message).toContain('The armed track has no input.');
  });

  test('without a device, with the reason where there is one', () => {
    expect(refused({ status: null }).message).toContain('No audio device runs.');
    const problem = { code: 'x', message: 'It was unplugged.', remedy: 'Plug it in.' };
    const answer = refused({ status: { state: 'lost', problem } as EngineStatus });
    expect(answer).toMatchObject({
      code: 'record.no-device',
      message: 'No audio device runs: It was unplugged. Nothing is being recorded.',
      remedy: 'Plug it in.',
    });
  });

  test('while it shuttles, or plays at a film rate', () => {
    expect(refused({ isRolling: true, speed: 2 }).code).toBe('record.speed');
    expect(refused({ isRolling: true, speed: 25 / 24 }).code).toBe('record.speed');
  });

  test('into a project that is read-only', () => {
    expect(refused({ readOnly: true }).code).toBe('record.read-only');
  });
});
