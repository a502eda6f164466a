import type { Tables } from '../../../src-shared/model/rows.ts';

/** A take of five seconds, two seconds into a file of ten that begins at sample 48,000. */
export function takeRow(id: number, fields: Partial<Tables['take']> = {}): Tables['take'] {
  return {
    id,
    trackId: 1,
    sourceId: 1,
    path: `Audio Files/Boom_${id}.wav`,
    name: `Boom_${id}`,
    number: id,
    pass: id,
    state: 'done',
    startSample: 48_000,
    punchInSample: 144_000,
    punchOutSample: 384_000,
    loopFromSample: null,
    loopToSample: null,
    preRecordedSamples: 0,
    roundTripSamples: 512,
    inputChannels: '["Boom"]',
    recordedAt: '2026-11-21T12:00:00Z',
    begunAtSeq: 0,
    rating: 0,
    circled: false,
    ...fields,
  };
}
