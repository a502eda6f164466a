import { useEffect, useRef, useState } from 'react';
import type { PictureRow } from '../../src-shared/model/rows.ts';
import { useSession } from '../app/session.ts';
import { pictureRate, sourceTimecodeOfFrame } from '../picture/picture-frame.ts';
import { StillPicture } from '../picture/still-picture.ts';
import { useRows } from '../project/open-project.ts';
import { useReviewState } from './review.ts';
import type { ShownMatch } from './shown-match.ts';

/** The camera's picture at the place that is looked at. */
export function PlacePicture({ shown }: { readonly shown: ShownMatch }) {
  const session = useSession();
  const media = session.store((value) => value.media);
  const placeSeconds = useReviewState((state) => state.placeSeconds);
  const picture = useRows('picture').find((row) => row.id === shown.camera.pictureId) ?? null;
  const box = useRef<HTMLDivElement>(null);
  const still = useRef<StillPicture | null>(null);
  const [onScreen, setOnScreen] = useState<{ readonly pictureId: number; readonly frame: number } | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const frame = picture && frameAt(picture, placeSeconds);
  const proxy = picture?.proxyPath ?? null;

  useEffect(() => {
    const host = box.current;
    if (!host || !media) return;
    const canvas = document.createElement('canvas');
    canvas.className = 'place-canvas';
    host.prepend(canvas);
    const made = new StillPicture(
      canvas,
      media,
      (pictureId, shownFrame) => {
        setFailure(null);
        setOnScreen({ pictureId, frame: shownFrame });
      },
      (_, message) => setFailure(message),
    );
    still.current = made;
    return () => {
      still.current = null;
      made.dispose();
      canvas.remove();
    };
  }, [media]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new canvas must be told, too.
  useEffect(() => {
    if (picture && proxy && frame !== null) still.current?.show(picture.id, frame);
    else still.current?.black();
  }, [picture?.id, proxy, frame, media]);

  const isShown = picture !== null && onScreen?.pictureId === picture.id;
  return (
    <section
      className="place-picture"
      aria-label="Picture at the place"
      data-frame={isShown ? onScreen.frame : undefined}
    >
      <div ref={box} className="place-screen" data-shown={isShown && proxy ? '' : undefined}>
        <p className="picture-message dim">{messageOf(picture, failure)}</p>
      </div>
      <div className="place-foot figures dim">
        {picture && frame !== null ? (sourceTimecodeOfFrame(frame, picture) ?? `frame ${frame}`) : ''}
      </div>
    </section>
  );
}

function frameAt(picture: PictureRow, seconds: number): number {
  const { numerator, denominator } = pictureRate(picture);
  return Math.min(picture.frameCount - 1, Math.max(0, Math.floor((seconds * numerator) / denominator + 1e-6)));
}

function messageOf(picture: PictureRow | null, failure: string | null): string {
  if (!picture) return 'This camera source has no picture.';
  if (!picture.proxyPath) return 'The picture’s proxy is not made yet; it is shown here as soon as it is.';
  if (failure) return `The picture cannot be shown: ${failure} The sound is not affected.`;
  return '';
}
