import { useStore } from 'zustand';
import { useKeyHint } from '../app/key-hint.ts';
import { useProject } from '../project/open-project.ts';
import { RecordButton } from '../record/RecordButton.tsx';
import { RecordSpace } from '../record/RecordSpace.tsx';
import { SceneField } from '../record/SceneField.tsx';
import { Button } from '../ui/Button.tsx';
import { RollMenu } from './RollMenu.tsx';
import { SpeedMenu } from './SpeedMenu.tsx';
import { useTransportPreferences } from './transport-preferences.ts';
import './transport.css';

/** The buttons of playing and recording. */
export function TransportBar() {
  const { transport } = useProject();
  const state = useStore(transport.store);
  const playing = state.phase !== 'stopped';
  const { returnOnStop, set } = useTransportPreferences();
  const hint = useKeyHint();
  return (
    <div className="transport" role="toolbar" aria-label="Transport">
      <Button look="quiet" icon="start" hint="Go to the start" onClick={() => transport.locate(0)} />
      <Button
        look="quiet"
        icon="back"
        hint={hint('Shuttle back (again: faster)', 'transport.shuttleBack')}
        aria-label="Shuttle back"
        pressed={state.speed < 0}
        onClick={() => transport.shuttle(-1)}
      />
      <Button
        className="transport-play"
        icon={playing ? 'stop' : 'play'}
        hint={hint(playing ? 'Stop' : 'Play', 'transport.toggle')}
        aria-label={playing ? 'Stop' : 'Play'}
        pressed={playing}
        onClick={() => transport.toggle()}
      />
      <Button
        look="quiet"
        icon="forward"
        hint={hint('Shuttle forward (again: faster)', 'transport.shuttleForward')}
        aria-label="Shuttle forward"
        pressed={state.speed >= 2}
        onClick={() => transport.shuttle(1)}
      />
      <RecordButton />
      <SceneField />
      <RecordSpace />
      <span className="transport-gap" />
      <Button
        look="quiet"
        icon="loop"
        hint={hint('Loop the selection', 'transport.loop')}
        aria-label="Loop the selection"
        pressed={state.looping}
        onClick={() => transport.setLooping(!state.looping)}
      />
      <Button
        look="quiet"
        icon="return"
        hint={hint('After stop, return to where playing began', 'transport.returnOnStop')}
        aria-label="After stop, return to where playing began"
        pressed={returnOnStop}
        onClick={() => set({ returnOnStop: !returnOnStop })}
      />
      <RollMenu />
      <SpeedMenu />
    </div>
  );
}
