import { resolve } from 'node:path';
import type { FrameRate } from '../../src-shared/time/frame-rate.ts';
import { formatTimecode, startFrameOfTimeReference } from '../../src-shared/time/timecode.ts';
import { type MediaFacts, readMediaFacts } from './media-facts.ts';

/** What `npx twopop probe --json` prints for a file; null where the file does not say. */
export type ProbeReport = {
  readonly file: string;
  /** `wav`, `bwf`, `rf64`, `bw64`, `aiff`, `flac`, `mp3`, `aac`, `m4a`, `mov`, `mp4`, `mxf`, ... */
  readonly container: string;
  readonly sampleRate: number | null;
  readonly bitsPerSample: number | null;
  readonly channels: number | null;
  /** Samples a channel. */
  readonly frames: number | null;
  /** Samples since midnight, as counted in the file. */
  readonly timeReference: number | null;
  /** `HH:MM:SS:FF`, `;` before the frames where labels drop. */
  readonly startTimecode: string | null;
  /** Exact: `24000/1001`, `25/1`. */
  readonly frameRate: string | null;
  readonly dropFrame: boolean | null;
  readonly scene: string | null;
  readonly take: string | null;
  readonly tape: string | null;
  readonly circled: boolean | null;
  /** A name a channel, '' for one without; null where none has a name. */
  readonly trackNames: readonly string[] | null;
  readonly durationSeconds: number | null;
  readonly video?: {
    readonly codec: string;
    readonly widthPixels: number;
    readonly heightPixels: number;
    readonly frameRate: string;
    readonly variableFrameRate: boolean;
    readonly frameCount: number;
    readonly startFrame: number | null;
  };
};

/** Probes a file. Throws one {@link TwopopError} naming it where it cannot be read. */
export async function probeFile(path: string, signal?: AbortSignal): Promise<ProbeReport> {
  return probeReport(path, await readMediaFacts(resolve(path), signal));
}

/** The report of facts already found, under the name that was asked for. */
export function probeReport(file: string, facts: MediaFacts): ProbeReport {
  const metadata = facts.wave?.metadata;
  const frameRate = metadata?.frameRate ?? facts.timecode?.frameRate ?? facts.picture?.frameRate ?? null;
  const { picture } = facts;
  return {
    file,
    container: facts.container,
    sampleRate: facts.sound?.sampleRate ?? null,
    bitsPerSample: facts.sound?.bitsPerSample ?? null,
    channels: facts.sound?.channelCount ?? null,
    frames: facts.sound?.frames ?? null,
    timeReference: metadata?.timeReference ?? null,
    startTimecode: startTimecode(facts),
    frameRate: frameRate && rateText(frameRate),
    dropFrame: metadata ? metadata.dropFrame : facts.timecode ? facts.timecode.frameRate.drop : null,
    scene: metadata?.scene ?? facts.tags.get('scene') ?? null,
    take: metadata?.take ?? facts.tags.get('take') ?? null,
    tape: metadata?.tape ?? facts.tags.get('reel_name') ?? null,
    circled: metadata?.circled ?? null,
    trackNames: metadata?.trackNames ?? null,
    durationSeconds: facts.durationSeconds,
    ...(picture && {
      video: {
        codec: picture.codec,
        widthPixels: picture.widthPixels,
        heightPixels: picture.heightPixels,
        frameRate: rateText(picture.frameRate),
        variableFrameRate: picture.variableFrameRate,
        frameCount: picture.frameCount,
        startFrame: picture.startFrame,
      },
    }),
  };
}

function startTimecode(facts: MediaFacts): string | null {
  if (facts.timecode) return formatTimecode(facts.timecode.startFrame, facts.timecode.frameRate);
  const metadata = facts.wave?.metadata;
  if (!metadata?.frameRate || metadata.timeReference === null) return null;
  const { timeReference, timestampSampleRate, frameRate } = metadata;
  return formatTimecode(startFrameOfTimeReference(timeReference, timestampSampleRate, frameRate), frameRate);
}

function rateText({ numerator, denominator }: FrameRate): string {
  return `${numerator}/${denominator}`;
}
