import { pictureRate } from '../picture/picture-frame.ts';
import { CAMERA_COLOR, RECORDER_COLOR } from './draw-lane.ts';
import { handSource } from './hand-sync.ts';
import { handChannel } from './listening.ts';
import type { Review } from './review.ts';
import { placesOf, type ShownMatch } from './shown-match.ts';
import type { TraceSound } from './trace-columns.ts';
import type { Lane, LaneLine, LaneTrace, TraceScene } from './trace-stage.ts';
import { laidOnCamera, ownClock, secondsOfSample } from './trace-view.ts';

/** What the traces show of a match: both sounds in one lane, or while laid together by hand each in its own. */
export function traceScene(review: Review, shown: ShownMatch): TraceScene {
  const { state } = review;
  const playing = state.playing !== 'stopped';
  const heardCamera = () => (playing ? review.listening.heardSeconds() : null);
  if (state.hand) {
    const hand = state.hand;
    const heard = () => {
      const seconds = heardCamera();
      return [seconds, seconds === null ? null : seconds - state.placeSeconds + hand.recorderSeconds];
    };
    return { lanes: handLanes(review, shown), heard, playing, onLoudest: null };
  }
  return {
    lanes: [overlayLane(review, shown)],
    heard: () => [heardCamera()],
    playing,
    onLoudest: state.seeksLoudest ? (seconds) => review.goToLoudest(seconds) : null,
  };
}

/** A frame of the camera's picture; of the project where it has none. */
export function frameSecondsOf(review: Review, shown: ShownMatch): number {
  const { mirror } = review.project;
  const picture = shown.camera.pictureId === null ? null : mirror.get('picture', shown.camera.pictureId);
  const { numerator, denominator } = picture ? pictureRate(picture) : mirror.clock().frameRate;
  return denominator / numerator;
}

function overlayLane(review: Review, shown: ShownMatch): Lane {
  const { view, placeSeconds, cameraChannel } = review.state;
  const { camera, recorder } = shown;
  const marks = review.project.mirror.all('source_mark');
  const lines: LaneLine[] = [{ kind: 'edge', seconds: shown.cameraSeconds, label: '' }];
  for (const place of placesOf(shown, marks)) {
    if (place.kind === 'mark')
      lines.push({ kind: 'mark', seconds: place.seconds, label: place.label.replace(/^mark /, '') });
    else if (place.kind === 'piece') lines.push({ kind: 'piece', seconds: place.seconds, label: place.label });
    else if (place.kind === 'clap' || place.kind === 'landmark')
      lines.push({ kind: 'clap', seconds: place.seconds, label: place.label });
  }
  if (recorder && shown.pieces.length > 0) {
    const laid = laidOnCamera(shown.pieces, recorder.sampleRate);
    const [first, last] = [laid[0]!, laid.at(-1)!];
    for (const mark of marks.filter(({ sourceId }) => sourceId === recorder.id))
      lines.push({
        kind: 'mark',
        seconds: secondsOfSample(laid, mark.atSample),
        label: `recorder: ${mark.name}`,
        isRaised: true,
      });
    lines.push({ kind: 'edge', seconds: -first.startSample / first.samplesPerSecond, label: 'recorder begins' });
    const end = (recorder.lengthSamples - last.startSample) / last.samplesPerSecond;
    lines.push({ kind: 'edge', seconds: end, label: 'recorder ends' });
  }
  lines.push({ kind: 'place', seconds: placeSeconds, label: '' });
  const cameraSound: TraceSound = {
    sourceId: camera.id,
    channel: Math.min(cameraChannel, camera.channelCount - 1),
    lengthSamples: camera.lengthSamples,
    pieces: ownClock(camera.sampleRate),
    inverted: false,
  };
  const traces: LaneTrace[] = [{ sound: cameraSound, color: CAMERA_COLOR }];
  if (recorder && shown.pieces.length > 0)
    traces.push({
      color: RECORDER_COLOR,
      sound: {
        sourceId: recorder.id,
        channel: shown.recorderChannel,
        lengthSamples: recorder.lengthSamples,
        pieces: laidOnCamera(shown.pieces, recorder.sampleRate),
        inverted: shown.recorderInverted,
      },
    });
  return {
    name: '',
    view,
    traces,
    lines,
    originSeconds: placeSeconds,
    frameSeconds: frameSecondsOf(review, shown),
    framesNamed: true,
    active: false,
  };
}

function handLanes(review: Review, shown: ShownMatch): readonly Lane[] {
  const { hand, view, placeSeconds, cameraChannel } = review.state;
  const marks = review.project.mirror.all('source_mark');
  return (['camera', 'recorder'] as const).map((trace) => {
    const source = handSource(review, trace);
    const cursor = trace === 'camera' ? placeSeconds : hand!.recorderSeconds;
    const chosen = trace === 'camera' ? hand!.cameraMarkId : hand!.recorderMarkId;
    const lines: LaneLine[] = [];
    if (trace === 'camera')
      for (const seconds of shown.evidence.claps) lines.push({ kind: 'clap', seconds, label: 'clap' });
    if (source) {
      lines.push({ kind: 'edge', seconds: source.lengthSamples / source.sampleRate, label: '' });
      for (const mark of marks.filter((candidate) => candidate.sourceId === source.id))
        lines.push({
          kind: mark.id === chosen ? 'chosen-mark' : 'mark',
          seconds: mark.atSample / source.sampleRate,
          label: mark.name,
        });
    }
    lines.push({ kind: 'place', seconds: cursor, label: '' });
    const channel = trace === 'camera' ? cameraChannel : handChannel(review);
    return {
      name: `${trace === 'camera' ? 'Camera' : 'Recorder'}  ${source?.name ?? 'no file'}`,
      view: trace === 'camera' ? view : hand!.recorderView,
      traces: source
        ? [
            {
              color: trace === 'camera' ? CAMERA_COLOR : RECORDER_COLOR,
              sound: {
                sourceId: source.id,
                channel: Math.min(channel, source.channelCount - 1),
                lengthSamples: source.lengthSamples,
                pieces: ownClock(source.sampleRate),
                inverted: false,
              },
            },
          ]
        : [],
      lines,
      originSeconds: cursor,
      frameSeconds: frameSecondsOf(review, shown),
      framesNamed: trace === 'camera',
      active: hand!.active === trace,
    };
  });
}
