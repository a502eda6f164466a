import { useStore } from 'zustand';
import { useKeyHint } from '../app/key-hint.ts';
import { useProject, useView } from '../project/open-project.ts';
import { useTransportPreferences } from '../transport/transport-preferences.ts';
import { Button } from '../ui/Button.tsx';
import { recordWords } from './record-words.ts';
import { useIsPunchedIn, useRecordState } from './use-record.ts';
import './record.css';

/** Red while something is recorded, ringed while it only rolls for it. */
export function RecordButton() {
  const hint = useKeyHint();
  const { record, session, transport } = useProject();
  const { phase, punch } = useRecordState();
  const punchedIn = useIsPunchedIn();
  const punchByHand = useTransportPreferences((preferences) => preferences.punchByHand);
  const armed = useStore(session.engine.store, ({ trackInputs }) => trackInputs.some((track) => track.armed));
  const hasRange = useView((view) => view.range !== null);
  const isPlaying = useStore(transport.store, (state) => state.phase !== 'stopped');
  const looping = useStore(transport.store, (state) => state.looping);
  const words = recordWords({ phase, punch, isPunchedIn: punchedIn, isPlaying, hasRange, looping, punchByHand });
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
