import { useStore } from 'zustand';
import { useProject } from '../project/open-project.ts';
import type { Hint } from '../transport/TransportBar.tsx';
import { useTransportPreferences } from '../transport/transport-preferences.ts';
import { Button } from '../ui/Button.tsx';
import { useIsPunchedIn, useRecordState } from './use-record.ts';
import './record.css';

/** Red while something is recorded, ringed while it only rolls for it. */
export function RecordButton({ hint }: { readonly hint: Hint }) {
  const { record, session } = useProject();
  const { phase } = useRecordState();
  const punchedIn = useIsPunchedIn();
  const punchByHand = useTransportPreferences((preferences) => preferences.punchByHand);
  const armed = useStore(session.engine.store, ({ trackInputs }) => trackInputs.some((track) => track.armed));
  const words =
    phase === 'finishing'
      ? 'What was recorded is being taken in'
      : phase === 'idle'
        ? punchByHand
          ? 'Roll, then punch in and out by hand'
          : 'Record'
        : record.isBySpan
          ? 'End the recording'
          : punchedIn
            ? 'Punch out'
            : 'Punch in';
  return (
    <Button
      look="quiet"
      className="record-button"
      icon={punchByHand && phase === 'idle' ? 'ring' : 'circle'}
      hint={hint(words, 'record.press')}
      aria-label="Record"
      pressed={phase !== 'idle'}
      data-armed={armed || undefined}
      data-punched-in={punchedIn || undefined}
      onClick={() => void record.press()}
    />
  );
}
