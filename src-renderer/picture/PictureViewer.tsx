import { useEffect, useRef, useState } from 'react';
import { usePreferences } from '../app/preferences.ts';
import { useSession } from '../app/session.ts';
import { useProject } from '../project/open-project.ts';
import { Button } from '../ui/Button.tsx';
import { sourceTimecodeOfFrame } from './picture-frame.ts';
import { PicturePlayer, type PictureState } from './picture-player.ts';
import { failureWords } from './picture-words.ts';
import './picture.css';

/** The picture under the playhead, frame by frame, with what is known about it below. */
export function PictureViewer() {
  const project = useProject();
  const session = useSession();
  const host = useRef<HTMLDivElement>(null);
  const player = useRef<PicturePlayer | null>(null);
  const [state, setState] = useState<PictureState>({ kind: 'none' });
  const burnIn = usePreferences((preferences) => preferences.burnIn);
  const setPreference = usePreferences((preferences) => preferences.set);
  const media = session.store((value) => value.media);
  const isConnected = session.store((value) => value.phase === 'open');

  useEffect(() => {
    const box = host.current;
    if (!box || !media) return;
    // A canvas can hand over its drawing once, so each player brings its own.
    const canvas = document.createElement('canvas');
    canvas.className = 'picture-canvas';
    box.prepend(canvas);
    const made = new PicturePlayer(canvas, media, project.mirror, project.transport, setState);
    player.current = made;
    return () => {
      player.current = null;
      made.dispose();
      canvas.remove();
    };
  }, [project, media]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each new player is told, too.
  useEffect(() => player.current?.setBurnIn(burnIn), [burnIn, project, media]);

  useEffect(() => {
    if (isConnected) player.current?.tryAgain();
  }, [isConnected]);

  return (
    <section className="picture" aria-label="Picture">
      <div ref={host} className="picture-screen" data-state={state.kind} data-frame={shownFrame(state)}>
        <PictureMessage state={state} />
      </div>
      <div className="picture-foot">
        <span className="picture-name" title={state.kind === 'none' ? '' : state.picture.originalPath}>
          {state.kind === 'none' ? '' : state.picture.name}
        </span>
        <span className="figures dim">{state.kind === 'picture' ? sourceLabel(state) : ''}</span>
        <Button
          look="quiet"
          icon="burn"
          pressed={burnIn}
          hint="Timecode in the picture"
          onClick={() => setPreference({ burnIn: !burnIn })}
        />
      </div>
    </section>
  );
}

type Shown = Extract<PictureState, { kind: 'picture' }>;

function shownFrame(state: PictureState): number | undefined {
  return state.kind === 'picture' ? (state.shownFrame ?? undefined) : undefined;
}

function sourceLabel({ picture, shownFrame }: Shown): string {
  if (shownFrame === null) return '';
  return sourceTimecodeOfFrame(shownFrame, picture) ?? `frame ${shownFrame}`;
}

function PictureMessage({ state }: { readonly state: PictureState }) {
  const session = useSession();
  const { mirror } = useProject();
  const jobs = session.store((value) => value.jobs);
  if (state.kind === 'proxy-missing') {
    const item = jobs
      .filter((job) => job.state === 'running' || job.state === 'queued')
      .flatMap((job) => job.items)
      .find((candidate) => candidate.state !== 'done' && candidate.name.includes(state.picture.name));
    return (
      <p className="picture-message">
        {item
          ? `Proxy is being made… ${Math.round(item.progress * 100)} %`
          : `${state.picture.name} has no proxy yet. If its file was moved, find it again with Relink in the bin.`}
      </p>
    );
  }
  if (state.kind === 'failed')
    return <p className="picture-message">{failureWords(state.picture.name, state.message)}</p>;
  if (state.kind === 'none' && mirror.all('picture').length === 0)
    return (
      <p className="picture-message dim">Picture appears here once a camera clip is imported and on the timeline.</p>
    );
  return null;
}
