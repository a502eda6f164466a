import type { RenderPlan } from '../../src-shared/engine/render-plan.ts';
import type { BounceRequest } from '../../src-shared/rpc/schemas.ts';
import type { BounceChannel } from '../engine/addon.ts';
import { BOUNCE_PART_SUFFIX_BYTES } from '../engine/bounce.ts';

/** The longest file name of today's file systems; some count UTF-16 units, of which there are never more than bytes. */
const LONGEST_NAME_BYTES = 255;
/** What is left for a name before its number, side and extension, while it is being written. */
const LONGEST_STEM_BYTES = LONGEST_NAME_BYTES - ' 9999.L.wav'.length - BOUNCE_PART_SUFFIX_BYTES;
/** Of a name with two parts: what the bounce's own name leaves for that of the track. */
const LEAST_PART_BYTES = 110;

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
  const whole = safeFileName(request.name, LONGEST_STEM_BYTES);
  const base = safeFileName(request.name, LONGEST_STEM_BYTES - LEAST_PART_BYTES - 1);
  const names = new Set<string>();
  const unique = (wanted: string) => {
    let name = wanted;
    // File systems of macOS and Windows do not tell case apart.
    for (let number = 2; names.has(name.toLowerCase()); number++) name = `${wanted} ${number}`;
    names.add(name.toLowerCase());
    return name;
  };
  const partBytes = LONGEST_STEM_BYTES - utf8Bytes(base) - 1;
  const fileName = (part: Part) => (part.name === '' ? whole : `${base}_${safeFileName(part.name, partBytes)}`);
  const channelName = (part: Part, index: number) => {
    const side = part.sides[index];
    const name = part.name === '' ? 'Master' : part.name;
    return side ? `${name} ${side}` : name;
  };
  if (request.layout === 'poly') {
    const suffix = { master: '', stems: '_STEMS', tracks: '_TRACKS' }[request.contents];
    return [
      {
        fileName: suffix === '' ? whole : base + suffix,
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

/**
 * A name as part of a file name on every system: separators and what Windows refuses become `-`; at most so many bytes
 * of UTF-8, cut between characters as people see them, a number at its end kept; never empty.
 */
export function safeFileName(name: string, maxBytes: number): string {
  const plain = name
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to go.
    .replace(/[\u0000-\u001f<>:"/\\|?*]/g, '-')
    .replace(/^[. ]+/, '');
  const cut = cutToBytes(plain.replace(/[. ]+$/, ''), maxBytes);
  return cut === '' ? 'Untitled' : cut;
}

function cutToBytes(text: string, maxBytes: number): string {
  if (utf8Bytes(text) <= maxBytes) return text;
  const number = / (?:\d{1,4}|\(\d{1,4}\))$/.exec(text)?.[0] ?? '';
  let bytes = number.length;
  for (const { segment, index } of new Intl.Segmenter().segment(text)) {
    bytes += utf8Bytes(segment);
    if (bytes > maxBytes) return text.slice(0, index).replace(/[. ]+$/, '') + number;
  }
  return text;
}

function utf8Bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
