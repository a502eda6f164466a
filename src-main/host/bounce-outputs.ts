import type { RenderPlan } from '../../src-shared/engine/render-plan.ts';
import type { BounceRequest } from '../../src-shared/rpc/schemas.ts';
import type { BounceChannel } from '../engine/addon.ts';

/** One file of a bounce before it has a header: its name without extension, and what each channel of it is. */
export type PlannedOutput = {
  readonly fileName: string;
  readonly channels: readonly BounceChannel[];
  /** A name for each channel, as iXML gives it. */
  readonly channelNames: readonly string[];
};

type Part = { readonly name: string; readonly channels: readonly BounceChannel[]; readonly sides: readonly string[] };

/**
 * The files of a bounce. `mono`: a file a channel, `.L` and `.R` behind the name where there are two. `stereo`: a file
 * a stem or track. `poly`: one file with everything as channels. A mono track is one channel after its fader; as part
 * of a stereo file it is two, after its pan. `trackIndexes` are the plan's tracks to bounce, for `tracks`. Names that
 * would be the same get a number.
 */
export function planOutputs(
  request: Pick<BounceRequest, 'name' | 'contents' | 'layout'>,
  plan: Pick<RenderPlan, 'tracks' | 'stems'>,
  trackIndexes: readonly number[],
): PlannedOutput[] {
  const parts = partsOf(request, plan, trackIndexes);
  const base = safeFileName(request.name);
  const names = new Set<string>();
  const unique = (wanted: string) => {
    let name = wanted;
    // File systems of macOS and Windows do not tell case apart.
    for (let number = 2; names.has(name.toLowerCase()); number++) name = `${wanted} ${number}`;
    names.add(name.toLowerCase());
    return name;
  };
  const fileName = (part: Part) => (part.name === '' ? base : `${base}_${safeFileName(part.name)}`);
  const channelName = (part: Part, index: number) => {
    const side = part.sides[index];
    const name = part.name === '' ? 'Master' : part.name;
    return side ? `${name} ${side}` : name;
  };
  if (request.layout === 'poly') {
    const suffix = { master: '', stems: '_STEMS', tracks: '_TRACKS' }[request.contents];
    return [
      {
        fileName: base + suffix,
        channels: parts.flatMap((part) => part.channels),
        channelNames: parts.flatMap((part) => part.channels.map((_, index) => channelName(part, index))),
      },
    ].filter((output) => output.channels.length > 0);
  }
  return parts.flatMap((part) => {
    const name = unique(fileName(part));
    if (request.layout === 'stereo') {
      return [
        { fileName: name, channels: part.channels, channelNames: part.channels.map((_, at) => channelName(part, at)) },
      ];
    }
    return part.channels.map((channel, index) => ({
      fileName: part.sides[index] ? `${name}.${part.sides[index]}` : name,
      channels: [channel],
      channelNames: [channelName(part, index)],
    }));
  });
}

function partsOf(
  { contents, layout }: Pick<BounceRequest, 'contents' | 'layout'>,
  plan: Pick<RenderPlan, 'tracks' | 'stems'>,
  trackIndexes: readonly number[],
): Part[] {
  const sides = ['L', 'R'];
  switch (contents) {
    case 'master':
      return [
        {
          name: '',
          sides,
          channels: [
            { bus: 'master', side: 'left' },
            { bus: 'master', side: 'right' },
          ],
        },
      ];
    case 'stems':
      return plan.stems.map((name, index) => ({
        name,
        sides,
        channels: [
          { bus: 'stem', index, side: 'left' },
          { bus: 'stem', index, side: 'right' },
        ],
      }));
    case 'tracks':
      return trackIndexes.map((index) => {
        const track = plan.tracks[index]!;
        const isMono = track.channelCount === 1 && layout !== 'stereo';
        const tap = layout === 'stereo' ? 'post-pan' : 'post-fader';
        return isMono
          ? { name: track.name, sides: [''], channels: [{ bus: 'track', index, side: 'left', tap }] }
          : {
              name: track.name,
              sides,
              channels: [
                { bus: 'track', index, side: 'left', tap },
                { bus: 'track', index, side: 'right', tap },
              ],
            };
      });
  }
}

/** A name as part of a file name on every system: separators and what Windows refuses become `-`; never empty. */
export function safeFileName(name: string): string {
  const plain = name
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to go.
    .replace(/[\u0000-\u001f<>:"/\\|?*]/g, '-')
    .replace(/^[. ]+|[. ]+$/g, '')
    .slice(0, 120)
    .trim();
  return plain === '' ? 'Untitled' : plain;
}
