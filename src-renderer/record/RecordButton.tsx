import { useStore } from 'zustand';
import { useKeyHint } from '../app/key-hint.ts';
import { useProject, useView } from '../project/open-project.ts';
import { useTransportPreferences } from '../transport/transport-preferences.ts';
import { Button } from '../ui/Button.tsx';
import { useIsPunchedIn, useRecordState } from './use-record.ts';
import './record.css';

/** Red while something is recorded, ringed while it only rolls for it. */
export function RecordButton() {
  const hint = useKeyHint();
  const { record, session } = useProject();
  const { phase, punch } = useRecordState();
  const punchedIn = useIsPunchedIn();
  const punchByHand = useTransportPreferences((preferences) => preferences.punchByHand);
  const armed = useStore(session.engine.store, ({ trackInputs }) => trackInputs.some((track) => track.armed));
  const range = useView((view) => view.range !== null);
  const words = {
    idle: punchByHand ? 'Roll, then punch in and out by hand' : range ? 'Record the selected range' : 'Record',
    starting: 'Call the recording off',
    rolling: punch === 'span' ? 'End the recording' : punchedIn ? 'Punch out' : 'Punch in',
    finishing: 'What was recorded is being taken in',
  }[phase];
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
