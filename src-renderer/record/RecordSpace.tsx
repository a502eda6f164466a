import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useProject } from '../project/open-project.ts';
import './record.css';

const ASK_EVERY_MS = 4_000;

type Space = { readonly text: string; readonly isLow: boolean };

/** For how long the armed tracks could be recorded on this disk; nothing while none is armed. */
export function RecordSpace() {
  const { session } = useProject();
  const { store } = session.engine;
  const sampleFormat = useStore(store, ({ settings }) => settings?.sampleFormat ?? null);
  const armed = useStore(store, ({ trackInputs }) =>
    trackInputs
      .filter((track) => track.armed)
      .map(({ trackId }) => trackId)
      .join(' '),
  );
  const [space, setSpace] = useState<Space | null>(null);
  useEffect(() => {
    setSpace(null);
    if (!armed || !sampleFormat) return;
    const trackIds = armed.split(' ').map(Number);
    let ended = false;
    const ask = async () => {
      try {
        const told = await session.client.record.space({ trackIds, sampleFormat });
        if (!ended) setSpace(told);
      } catch {
        // The connection is away, or a track was just removed: what is not known is not shown.
        if (!ended) setSpace(null);
      }
    };
    void ask();
    const timer = setInterval(ask, ASK_EVERY_MS);
    return () => {
      ended = true;
      clearInterval(timer);
    };
  }, [session, armed, sampleFormat]);
  if (!space) return null;
  return (
    <span
      className="record-space figures"
      data-tone={space.isLow ? 'warn' : undefined}
      title={`The armed tracks can be recorded for ${space.text} before the disk is full.`}
    >
      {space.text}
    </span>
  );
}
