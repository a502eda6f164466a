import { useCallback, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import type { RecordState } from '../../src-shared/rpc/record-schemas.ts';
import { useProject } from '../project/open-project.ts';

/** How recording stands, whichever window began it. */
export function useRecordState(): RecordState {
  return useStore(useProject().session.engine.store, ({ record }) => record);
}

/** Something is being recorded at this moment: not before a punch, nor after it. */
export function useIsPunchedIn(): boolean {
  const { engine } = useProject().session;
  const rolling = useRecordState().phase === 'rolling';
  const subscribe = useCallback((changed: () => void) => engine.onTelemetry(changed), [engine]);
  const punchedIn = useSyncExternalStore(subscribe, () => engine.telemetry?.punchedIn ?? false);
  return rolling && punchedIn;
}
