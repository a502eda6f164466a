import type { CommandInput } from '../../src-shared/edit/commands.ts';
import type { Running } from './begin-recording.ts';
import { durationText } from './finish-recording.ts';
import type { RecordingEnd } from './recorder.ts';

/** More than these are no help in finding them. */
const MOST_MARKED = 200;

/**
 * A marker where each lost stretch was performed, in a loop where its lap lay, with how long it is and in which files.
 */
export function gapMarkers(
  { rolled, loop, roundTripSamples }: Pick<Running, 'rolled' | 'loop' | 'roundTripSamples'>,
  gaps: RecordingEnd['gaps'],
  fileNames: readonly string[],
  sampleRate: number,
): CommandInput[] {
  const named = fileNames.map((name) => `“${name}”`).join(', ');
  return gaps.slice(0, MOST_MARKED).map(({ clock, frames }) => {
    let atSample = rolled.startSample + (clock - roundTripSamples - rolled.startClock);
    if (loop && atSample >= loop.toSample) {
      atSample = loop.fromSample + ((atSample - loop.toSample) % (loop.toSample - loop.fromSample));
    }
    return {
      kind: 'marker.add',
      // What came in before the timeline began has no other place.
      atSample: Math.max(0, atSample),
      name: `Lost ${gapText(frames / sampleRate)}`,
      comment: `In ${named}: silence stands for what was lost between the audio device and the disk.`.slice(0, 4000),
    };
  });
}

/** `12.3 ms`, from a second on as any duration. */
function gapText(seconds: number): string {
  return seconds < 1 ? `${(seconds * 1000).toFixed(1)} ms` : durationText(seconds);
}
