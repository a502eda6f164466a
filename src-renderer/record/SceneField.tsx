import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { useKeyHint } from '../app/key-hint.ts';
import { useProject } from '../project/open-project.ts';
import { MOST_SCENE_LETTERS, setScene } from './remembered-scene.ts';
import './record.css';

/** The scene or cue of the next takes, there while a track is armed or one is set. Click to type. */
export function SceneField() {
  const { record, session } = useProject();
  const { scene, isEdited } = useStore(record.scene);
  const armed = useStore(session.engine.store, ({ trackInputs }) => trackInputs.some((track) => track.armed));
  const hint = useKeyHint();
  if (isEdited) return <SceneInput />;
  if (!armed && scene === '') return null;
  const words = scene
    ? `The next takes are named by track, “${scene}” and take. Click to change it`
    : 'The next takes are named by track, date and take. Click to set a scene or cue for the date';
  return (
    <button
      type="button"
      className="record-scene"
      data-empty={scene === '' || undefined}
      aria-label={`Scene or cue of the next takes: ${scene || 'none'}`}
      title={hint(words, 'record.scene')}
      onClick={() => record.scene.setState({ isEdited: true })}
    >
      {scene || 'Scene'}
    </button>
  );
}

function SceneInput() {
  const { record } = useProject();
  const [text, setText] = useState(record.scene.getState().scene);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    input.current?.focus();
    input.current?.select();
    return () => {
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <input
      ref={input}
      className="record-scene-input"
      aria-label="Scene or cue"
      maxLength={MOST_SCENE_LETTERS}
      placeholder="Scene"
      title="In the names of the next takes, for the date. Enter sets it, Esc leaves it as it was."
      value={text}
      onChange={(event) => setText(event.target.value)}
      // Enter and Esc have ended it before it goes.
      onBlur={() => record.scene.getState().isEdited && setScene(record.scene, text)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') record.scene.setState({ isEdited: false });
        else if (event.key === 'Enter') setScene(record.scene, text);
        // The function keys still record and locate.
        else if (/^F\d+$/.test(event.key)) {
          setScene(record.scene, text);
          return;
        }
        event.stopPropagation();
      }}
    />
  );
}
