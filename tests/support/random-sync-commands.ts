import type { CommandInput } from '../../src-shared/edit/commands.ts';
import type { DocumentReader } from '../../src-shared/edit/document.ts';
import { DRIFT_CORRECTIONS, type TableName } from '../../src-shared/model/rows.ts';
import { lineText } from '../../src-shared/sync/effective-line.ts';
import { NO_EVIDENCE, type TrackAssessment } from '../../src-shared/sync/sync-evidence.ts';
import { sourceFields } from './document-samples.ts';

/** Random numbers and rows to make commands of; `someId` is now and then of no row. */
export type RandomChoice = {
  readonly random: () => number;
  readonly below: (count: number) => number;
  readonly pick: <T>(values: readonly T[]) => T;
  readonly someId: (table: TableName) => number;
  readonly someIds: (table: TableName) => number[];
};

/** Random sync results with evidence, what a person does to them, and marks on sources. */
export function syncCommandMakers(choice: RandomChoice, document: DocumentReader): readonly (() => CommandInput)[] {
  const { random, below, pick, someId, someIds } = choice;
  const offset = () => (random() - 0.3) * 50_000;
  const drift = () => (random() - 0.5) * 200;
  const maybe = <T>(value: T): T | undefined => (random() < 0.4 ? value : undefined);
  const track = (channel: number): TrackAssessment => ({
    channel,
    levelDbfs: -20,
    snrDb: 30,
    directToReverberantDb: null,
    clippedSamples: 0,
    polarity: pick([-1, 0, 1]),
    delayMs: null,
    mixdown: false,
    fitness: random(),
    remark: '',
  });
  const evidence = () => {
    const segments = Array.from({ length: below(3) + 2 }, (_, index) => ({
      fromSeconds: index === 0 ? 0 : index * 0.4 + random() * 0.3,
      offsetSamplesAt48k: offset(),
      driftPpm: drift(),
    }));
    const alternatives = Array.from({ length: below(3) }, () => ({
      recorderSourceId: someId('source'),
      offsetSamplesAt48k: offset(),
      driftPpm: drift(),
      likeness: random(),
    }));
    return JSON.stringify({
      ...NO_EVIDENCE,
      segments: random() < 0.3 ? segments : [],
      alternatives,
      tracks: random() < 0.5 ? [track(0), track(1)] : [],
    });
  };
  const match = () => {
    const unmatched = random() < 0.2;
    return {
      cameraSourceId: someId('source'),
      recorderSourceId: unmatched ? null : someId('source'),
      status: unmatched ? ('unmatched' as const) : ('proposed' as const),
      offsetSamplesAt48k: offset(),
      driftPpm: drift(),
      method: unmatched ? '' : 'waveform',
      confidence: random(),
      reason: unmatched ? 'nothing alike was found' : '',
      residualHeadMs: 0,
      residualMiddleMs: 0,
      residualTailMs: 0,
      inverted: random() < 0.3,
      clockOffsetSamplesAt48k: random() < 0.5 ? offset() : null,
      evidence: random() < 0.6 ? evidence() : '',
    };
  };
  const correctedOf = (matchId: number) => {
    const row = document.get('sync_match', matchId);
    const recorder = row?.recorderSourceId ? document.get('source', row.recorderSourceId) : null;
    return {
      matchId,
      source: sourceFields({
        name: `${recorder?.name ?? 'T'} (drift)`,
        role: 'recorder',
        channelCount: recorder?.channelCount ?? 1,
        lengthSamples: 1 + below(200_000),
      }),
      derivation: { fromSample: random() < 0.5 ? 0 : (random() - 0.3) * 50_000, driftPpm: row?.driftPpm ?? 0 },
    };
  };
  const pausesOf = (matchId: number) => ({
    matchId,
    atSamples: Array.from({ length: below(20) }, () => below(300_000)).sort((a, b) => a - b),
  });
  const accept = (matchIds: number[]): CommandInput => ({
    kind: 'sync.accept',
    matchIds,
    driftCorrection: pick(DRIFT_CORRECTIONS),
    corrected: random() < 0.7 ? [...new Set(matchIds)].map(correctedOf) : [],
    pauses: random() < 0.7 ? [...new Set(matchIds)].map(pausesOf) : [],
  });
  const markOf = (role: 'camera' | 'recorder') => {
    const marks = document.all('source_mark').filter(({ sourceId }) => document.get('source', sourceId)?.role === role);
    return marks.length > 0 && random() < 0.9 ? pick(marks).id : someId('source_mark');
  };
  return [
    () => ({
      kind: 'sync.propose',
      matches: Array.from({ length: 1 + below(3) }, match),
      replacing: [someId('source')],
    }),
    () => ({ kind: 'sync.accept', matchIds: [someId('sync_match')] }),
    () => accept([someId('sync_match')]),
    () => accept(someIds('sync_match')),
    () => ({ kind: 'sync.reject', matchIds: [someId('sync_match')] }),
    () => ({ kind: 'sync.choose', matchId: someId('sync_match'), alternative: below(3) }),
    () => ({
      kind: 'sync.adjust',
      matchIds: random() < 0.5 ? [someId('sync_match')] : someIds('sync_match'),
      nudgeBySamplesAt48k: maybe(pick([1, -1, 500, 2000, random() * 100, -random() * 3000])),
      followsClock: maybe(random() < 0.5),
      rightsPolarity: maybe(random() < 0.5),
      chosenChannel: maybe(random() < 0.3 ? null : below(3)),
    }),
    () => ({ kind: 'sync.byMarks', cameraMarkId: markOf('camera'), recorderMarkId: markOf('recorder') }),
    () => {
      const matchId = someId('sync_match');
      const match = document.get('sync_match', matchId);
      const line = match ? lineText(match) : '';
      return { kind: 'sync.assess', matchId, line, tracks: [track(0)], suggestedChannel: null, suggestionReason: '' };
    },
    () => ({ kind: 'clip.polarity', clipIds: someIds('clip'), inverted: random() < 0.5 }),
    () => ({ kind: 'clip.declareAsync', clipIds: someIds('clip'), declaredAsync: random() < 0.5 }),
    () => ({ kind: 'clip.resync', clipIds: someIds('clip') }),
    () => ({ kind: 'sourceMark.add', sourceId: someId('source'), atSample: below(150_000), name: 'clap' }),
    () => ({
      kind: 'sourceMark.update',
      markId: someId('source_mark'),
      atSample: maybe(below(150_000)),
      name: 'slate',
    }),
    () => ({ kind: 'sourceMark.remove', markIds: [someId('source_mark')] }),
  ];
}
