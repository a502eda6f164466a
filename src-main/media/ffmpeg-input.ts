import { ffmpegFailure, inputArguments, lookLimitMs, startFfmpeg } from './ffmpeg.ts';
import { cancelledError } from './media-error.ts';

/** One stream as `ffmpeg -i` prints it. Numbers are null where the line does not give them. */
export type FfmpegStream = {
  readonly index: number;
  readonly kind: 'video' | 'audio' | 'data' | 'subtitle' | 'attachment';
  /** The codec's short name: `h264`, `pcm_s24le`, `aac`; for timecode tracks `none`. */
  readonly codec: string;
  readonly codecTag: string;
  readonly attachedPicture: boolean;
  readonly widthPixels: number | null;
  readonly heightPixels: number | null;
  /** Rounded to two digits by ffmpeg: not for arithmetic. */
  readonly shownFrameRate: number | null;
  readonly sampleRate: number | null;
  readonly channelCount: number | null;
  /** Bits of the samples as stored; null for lossy codecs. */
  readonly bitsPerSample: number | null;
  readonly floatSamples: boolean;
  readonly metadata: ReadonlyMap<string, string>;
};

export type FfmpegInput = {
  readonly formatNames: readonly string[];
  readonly durationSeconds: number | null;
  readonly metadata: ReadonlyMap<string, string>;
  readonly streams: readonly FfmpegStream[];
};

/** Opens a file with ffmpeg and reads what it prints about it. Throws one clear error when ffmpeg cannot open it. */
export async function readFfmpegInput(path: string, signal?: AbortSignal): Promise<FfmpegInput> {
  const lines: string[] = [];
  let bytes = 0;
  const running = await startFfmpeg(inputArguments(path), {
    signal,
    timeLimitMs: lookLimitMs,
    onLine(line) {
      bytes += line.length;
      if (bytes < 4_000_000) lines.push(line);
    },
  });
  running.stdout.resume();
  const end = await running.done;
  if (signal?.aborted) throw cancelledError(path);
  const input = parseFfmpegInput(lines);
  if (!input) throw ffmpegFailure(path, end);
  return input;
}

/** Reads the lines that `ffmpeg -i FILE` prints; null when it did not get so far as to name the input's format. */
export function parseFfmpegInput(lines: readonly string[]): FfmpegInput | null {
  const start = lines.findIndex((line) => /^Input #0, /.test(line));
  if (start < 0) return null;
  // The file's name follows and may hold anything, newlines included; the format's names come before it.
  const formatNames = (/^Input #0, (\S+), from '/.exec(lines[start]!)?.[1] ?? '').split(',');
  const metadata = new Map<string, string>();
  const streams: { -readonly [Key in keyof FfmpegStream]: FfmpegStream[Key] }[] = [];
  let durationSeconds: number | null = null;
  let target: Map<string, string> = metadata;
  for (const line of lines.slice(start + 1)) {
    if (/^(Output #0|Stream mapping:|At least one output file)/.test(line)) break;
    const duration = /^ {2}Duration: (?:(\d+):(\d\d):(\d\d(?:\.\d+)?)|N\/A)/.exec(line);
    if (duration) {
      if (duration[1]) durationSeconds = Number(duration[1]) * 3600 + Number(duration[2]) * 60 + Number(duration[3]);
      continue;
    }
    const stream = parseStreamLine(line);
    if (stream) {
      target = new Map();
      streams.push({ ...stream, metadata: target });
      continue;
    }
    if (/^ {2}(Program|Chapters|Chapter)\b/.test(line) || /^ {4}Chapter #/.test(line)) target = new Map();
    const pair = /^ {4,6}([^\s:][^:]*?)\s*: (.*)$/.exec(line);
    if (pair && !target.has(pair[1]!) && target.size < 1000) target.set(pair[1]!, pair[2]!);
  }
  return { formatNames, durationSeconds, metadata, streams };
}

function parseStreamLine(line: string): Omit<FfmpegStream, 'metadata'> | null {
  const match =
    /^ {2,4}Stream #0:(\d+)(?:\[0x[0-9a-f]+\])?(?:\([^)]*\))?: (Video|Audio|Data|Subtitle|Attachment): (.*)$/.exec(
      line,
    );
  if (!match) return null;
  const rest = match[3]!;
  const kind = match[2]!.toLowerCase() as FfmpegStream['kind'];
  const codec = /^([a-z0-9_]+)/i.exec(rest)?.[1] ?? 'none';
  const size = kind === 'video' ? /, (\d{1,5})x(\d{1,5})(?=[\s,]|$)/.exec(rest) : null;
  const frames = kind === 'video' ? /, (\d+(?:\.\d+)?)(k?) fps/.exec(rest) : null;
  const sound = kind === 'audio' ? /, (\d+) Hz, ([^,]+)(?:, ([a-z0-9]+)(?: \((\d+) bit\))?)?/.exec(rest) : null;
  return {
    index: Number(match[1]),
    kind,
    codec,
    codecTag: /\(([\x20-\x7e]{4}) \/ 0x[0-9A-F]+\)/.exec(rest)?.[1] ?? '',
    attachedPicture: /\(attached pic\)/.test(rest),
    widthPixels: size ? Number(size[1]) : null,
    heightPixels: size ? Number(size[2]) : null,
    shownFrameRate: frames ? Number(frames[1]) * (frames[2] ? 1000 : 1) : null,
    sampleRate: sound ? Number(sound[1]) : null,
    channelCount: sound ? channelsOfLayout(sound[2]!) : null,
    bitsPerSample: kind === 'audio' ? bitsOf(codec, sound?.[3], sound?.[4]) : null,
    floatSamples: /^pcm_f(16|24|32|64)/.test(codec) || (/^(wavpack)$/.test(codec) && /^flt/.test(sound?.[3] ?? '')),
  };
}

const losslessCodecs = /^(flac|alac|wavpack|tta|truehd|mlp|ape|dts-hd)$/;

function bitsOf(codec: string, sampleFormat: string | undefined, codedBits: string | undefined): number | null {
  const pcm = /^pcm_[suf](\d+)/.exec(codec);
  if (pcm) return Number(pcm[1]);
  if (/^pcm_(bluray|dvd)$/.test(codec) || losslessCodecs.test(codec)) {
    if (codedBits) return Number(codedBits);
    const format = /^(?:u|s|flt|dbl)(\d*)/.exec(sampleFormat ?? '');
    if (!format) return null;
    return format[1] ? Number(format[1]) : sampleFormat?.startsWith('dbl') ? 64 : 32;
  }
  return null;
}

const layouts: Readonly<Record<string, number>> = {
  mono: 1,
  stereo: 2,
  downmix: 2,
  '2.1': 3,
  '3.0': 3,
  '3.0(back)': 3,
  '4.0': 4,
  quad: 4,
  'quad(side)': 4,
  '3.1': 4,
  '5.0': 5,
  '5.0(side)': 5,
  '4.1': 5,
  '5.1': 6,
  '5.1(side)': 6,
  '6.0': 6,
  '6.0(front)': 6,
  hexagonal: 6,
  '6.1': 7,
  '6.1(back)': 7,
  '6.1(front)': 7,
  '7.0': 7,
  '7.0(front)': 7,
  '7.1': 8,
  '7.1(wide)': 8,
  '7.1(wide-side)': 8,
  '7.1(top)': 8,
  octagonal: 8,
  cube: 8,
  hexadecagonal: 16,
  '22.2': 24,
};

function channelsOfLayout(layout: string): number | null {
  const counted = /^(\d+) channels/.exec(layout.trim());
  if (counted) return Number(counted[1]);
  return layouts[layout.trim()] ?? null;
}
