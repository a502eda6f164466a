import type { ClipRow } from '../../../src-shared/model/rows.ts';
import { frameToSample } from '../../../src-shared/time/frame-rate.ts';
import { clipEndSample, selectedClips } from '../clip-targets.ts';
import { note, sendCommands } from '../send-command.ts';
import type { TimelineContext } from '../timeline-context.ts';
import type { TimelineAction } from './timeline-action.ts';

const USUAL_FRAMES = 2;

/** Two clips that touch or overlap, the left one first, and how long a crossfade of them is to be. */
type Joint = { readonly left: ClipRow; readonly right: ClipRow; readonly lengthSamples: number };

/** Neighbouring pairs of clips that touch or overlap. The clips come by start. */
function pairsOf(clips: readonly ClipRow[]): [ClipRow, ClipRow][] {
  const pairs: [ClipRow, ClipRow][] = [];
  const lastOnTrack = new Map<number, ClipRow>();
  for (const clip of clips) {
    const before = lastOnTrack.get(clip.trackId);
    if (before && clipEndSample(before) >= clip.startSample) pairs.push([before, clip]);
    lastOnTrack.set(clip.trackId, clip);
  }
  return pairs;
}

/** The joints of the selected clips, else those inside the range: there a crossfade stays inside the range. */
function jointsOf(context: TimelineContext): Joint[] {
  const { mirror, view } = context;
  const { frameRate, sampleRate } = mirror.clock();
  const usual = frameToSample(USUAL_FRAMES, frameRate, sampleRate);
  const selected = selectedClips(context);
  const { range } = view.getState();
  if (selected.length > 0 || !range)
    return pairsOf(selected).map(([left, right]) => ({ left, right, lengthSamples: usual }));
  const { fromSample, toSample } = range;
  return range.trackIds.flatMap((trackId) => {
    const pairs = pairsOf(mirror.clipsOnTrack(trackId, fromSample, toSample));
    const inside = pairs.flatMap(([left, right]) => {
      const middle = Math.floor((clipEndSample(left) + right.startSample) / 2);
      const reach = Math.min(middle - fromSample, toSample - middle);
      return reach > 0 ? [{ left, right, lengthSamples: 2 * reach }] : [];
    });
    // One joint fills the range as far as it reaches to both sides; of several each gets the usual length.
    return inside.length === 1
      ? inside
      : inside.map((joint) => ({ ...joint, lengthSamples: Math.min(usual, joint.lengthSamples) }));
  });
}

/** Crossfades the joints that have no fade yet, or with `replaces` all of them. */
export function crossfade(replaces: boolean): TimelineAction {
  return {
    id: replaces ? 'clip.crossfadeReplace' : 'clip.crossfade',
    title: replaces ? 'Crossfade in place of the fades there' : 'Crossfade where clips touch',
    run: async (context) => {
      const joints = jointsOf(context);
      if (joints.length === 0)
        return note(
          context,
          'No two selected clips touch, and no joint lies in a range.',
          'Select the clips on both sides of a joint, or a range over it.',
        );
      const faded = joints.filter(({ left, right }) => left.fadeOutSamples > 0 || right.fadeInSamples > 0);
      const wanted = replaces ? joints : joints.filter((joint) => !faded.includes(joint));
      const answer = await sendCommands(
        context,
        'Crossfade',
        wanted.map(({ left, right, lengthSamples }) => ({
          kind: 'clip.crossfade',
          leftClipId: left.id,
          rightClipId: right.id,
          lengthSamples,
          shape: 'equal-power',
        })),
      );
      if (!replaces && faded.length > 0)
        note(
          context,
          faded.length === 1
            ? 'A joint has a fade already and keeps it.'
            : `${faded.length} joints have fades already and keep them.`,
          'To change them, run “Crossfade in place of the fades there”.',
        );
      return answer;
    },
  };
}
