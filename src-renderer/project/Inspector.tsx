import { useStore } from 'zustand';
import { useBinSelection } from '../media/bin-selection.ts';
import { ClipInspector } from './ClipInspector.tsx';
import { useProject, useSeq } from './open-project.ts';
import { SourceInspector } from './SourceInspector.tsx';
import './panels.css';

/** Everything about what is selected: clips on the timeline, else a source of the bin. */
export function Inspector() {
  const { mirror, view } = useProject();
  useSeq();
  const selected = useStore(view, (state) => state.selectedClipIds);
  const keys = useBinSelection((state) => state.keys);
  const clips = [...selected].flatMap((id) => mirror.get('clip', id) ?? []);
  if (clips.length > 0) return <ClipInspector clips={clips} />;
  const sourceIds = [...keys].filter((key) => key.startsWith('source/')).map((key) => Number(key.slice(7)));
  const sources = sourceIds.flatMap((id) => mirror.get('source', id) ?? []);
  if (sources.length > 0) return <SourceInspector sources={sources} />;
  return (
    <div className="empty">
      <p>Select a clip or a source to see and change what it is made of.</p>
    </div>
  );
}
