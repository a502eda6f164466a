import type { RecordState } from '../../src-shared/rpc/record-schemas.ts';

export type RecordKeySituation = {
  readonly phase: RecordState['phase'];
  readonly punch: RecordState['punch'];
  /** Something is recorded at this moment. */
  readonly isPunchedIn: boolean;
  readonly isPlaying: boolean;
  readonly hasRange: boolean;
  readonly looping: boolean;
  readonly punchByHand: boolean;
};

/** What the record key would do now. */
export function recordWords({ phase, punch, isPunchedIn, ...situation }: RecordKeySituation): string {
  if (phase === 'idle') return idleWords(situation);
  if (phase === 'starting') return 'Call the recording off';
  if (phase === 'finishing') return 'What was recorded is being taken in';
  if (punch === 'span') return 'End the recording';
  return isPunchedIn ? 'Punch out' : 'Punch in';
}

function idleWords({
  isPlaying,
  hasRange,
  looping,
  punchByHand,
}: Omit<RecordKeySituation, 'phase' | 'punch' | 'isPunchedIn'>): string {
  if (punchByHand) return isPlaying ? 'Record from here on' : 'Roll, then punch in and out by hand';
  if (!hasRange || (isPlaying && looping)) return isPlaying ? 'Record from here on' : 'Record from the cursor on';
  if (isPlaying) return 'Record as far as the selected range goes, or behind it from here on';
  return looping ? 'Record the selected range lap after lap' : 'Record the selected range';
}
