import { useStore } from 'zustand';
import { changeMonitor, useAudioControls, useEngineStatus } from '../audio/audio-controls.ts';
import { FADER_FLOOR_DB, SILENCE_DB } from '../audio/engine-words.ts';
import { useProject } from '../project/open-project.ts';
import { figure } from '../ui/figure.ts';
import './transport.css';

/** How loud it is listened to: the control room while the engine plays, else the preview. No meter or bounce follows it. */
export function MonitorGain() {
  const { transport } = useProject();
  const { controls, monitor } = useAudioControls();
  const runs = useEngineStatus()?.state === 'running';
  const previewDb = useStore(transport.store, (state) => state.monitorGainDb);
  const gainDb = runs && monitor ? monitor.controlRoom.gainDb : previewDb;
  const set = (wantedDb: number) => {
    if (runs) changeMonitor(controls, 'controlRoom', { gainDb: wantedDb <= FADER_FLOOR_DB ? SILENCE_DB : wantedDb });
    else transport.setMonitorGainDb(wantedDb);
  };
  return (
    <label
      className="monitor"
      title={`How loud you listen${runs ? ' in the control room' : ''}. Changes neither the meters nor a bounce. Double-click for 0 dB.`}
    >
      <input
        type="range"
        min={FADER_FLOOR_DB}
        max={12}
        step={1}
        value={Math.max(FADER_FLOOR_DB, gainDb)}
        aria-label="Monitor gain"
        onChange={(event) => set(Number(event.target.value))}
        onDoubleClick={() => set(0)}
      />
      <span className="figures monitor-value">
        {gainDb <= FADER_FLOOR_DB
          ? 'off'
          : `${figure(gainDb, Number.isInteger(gainDb) ? 0 : 1, gainDb > 0 ? 'always' : 'negative')} dB`}
      </span>
    </label>
  );
}
