import { useEffect, useRef } from 'react';
import { holdToTalk } from './talkback.ts';

/** Talks while it is pressed, by the pointer or by Space or Enter on it; never longer than it is there. */
export function TalkButton({
  on,
  hint,
  onTalk,
}: {
  readonly on: boolean;
  readonly hint: string;
  readonly onTalk: (on: boolean) => void;
}) {
  const end = useRef<(() => void) | null>(null);
  const pointer = useRef(false);
  const release = () => {
    end.current?.();
    end.current = null;
    if (pointer.current) onTalk(false);
    pointer.current = false;
  };
  const latest = useRef(release);
  latest.current = release;
  useEffect(() => {
    const letGo = () => latest.current();
    window.addEventListener('blur', letGo);
    return () => {
      window.removeEventListener('blur', letGo);
      letGo();
    };
  }, []);
  return (
    <button
      type="button"
      className="button monitor-talk"
      aria-pressed={on}
      title={hint}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        pointer.current = true;
        onTalk(true);
      }}
      onPointerUp={release}
      onPointerCancel={release}
      onLostPointerCapture={release}
      onKeyDown={(event) => {
        if (event.key !== ' ' && event.key !== 'Enter') return;
        event.preventDefault();
        if (!event.repeat) end.current = holdToTalk(event.code, onTalk, window);
      }}
      onKeyUp={(event) => {
        // Else Space would click it as well.
        if (event.key === ' ') event.preventDefault();
      }}
      onBlur={release}
    >
      Hold to talk
    </button>
  );
}
