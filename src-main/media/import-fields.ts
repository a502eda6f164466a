import { frameToSample } from '../../src-shared/time/frame-rate.ts';
import { convertSamples } from '../../src-shared/time/sample-position.ts';
import type { PictureFields, SourceFields } from './import-types.ts';
import type { MediaFacts } from './media-facts.ts';
import { displayName } from './project-file-names.ts';

/** Camera where there is a moving picture, recorder where a WAV says what a recorder says, else other. */
export function roleOf(facts: MediaFacts): SourceFields['role'] {
  if (facts.picture) return 'camera';
  return facts.wave?.bext || facts.wave?.ixml ? 'recorder' : 'other';
}

const latestHours = 48;

/**
 * Samples since midnight of the file's first sample, at the project's rate; null where the file does not say, or says
 * a time that no clock shows (two days and more: a damaged field).
 */
export function timeReferenceAt(facts: MediaFacts, sampleRate: number): number | null {
  const metadata = facts.wave?.metadata;
  if (metadata && metadata.timeReference !== null) {
    const { timeReference, timestampSampleRate } = metadata;
    if (timeReference / timestampSampleRate > latestHours * 3600) return null;
    return convertSamples(timeReference, timestampSampleRate, sampleRate);
  }
  return facts.timecode && frameToSample(facts.timecode.startFrame, facts.timecode.frameRate, sampleRate);
}

/**
 * As {@link timeReferenceAt}, but for writing down again: a time that no clock shows is kept too, for whoever can make
 * something of it.
 */
export function writtenTimeReference(facts: MediaFacts, sampleRate: number): number | null {
  const metadata = facts.wave?.metadata;
  if (!metadata || metadata.timeReference === null) return timeReferenceAt(facts, sampleRate);
  const { timeReference, timestampSampleRate } = metadata;
  // Beyond the exact integers the number means nothing at any rate.
  if (timeReference > Number.MAX_SAFE_INTEGER / sampleRate) return timeReference;
  return convertSamples(timeReference, timestampSampleRate, sampleRate);
}

const mostNameCharacters = 15_000;

/** A name for each channel, '' where the file has none. */
export function channelNamesOf(facts: MediaFacts): readonly string[] {
  const count = facts.sound?.channelCount ?? 0;
  const longest = Math.min(200, Math.floor(mostNameCharacters / Math.max(1, count)));
  return Array.from(
    { length: count },
    (_, channel) => facts.wave?.metadata.trackNames?.[channel]?.slice(0, longest) ?? '',
  );
}

/** The sound file of the project that came of an original. */
export type ProjectSound = {
  /** Relative to the project folder with `/`, or absolute where linked. */
  readonly path: string;
  readonly linked: boolean;
  readonly contentHash: string;
  readonly sizeBytes: number;
  readonly bitsPerSample: number;
  readonly lengthSamples: number;
};

export function sourceFields(
  facts: MediaFacts,
  sound: ProjectSound,
  original: { readonly sha256: string; readonly sampleRate: number },
): SourceFields {
  const metadata = facts.wave?.metadata;
  const text = (value: string | null | undefined) => value?.slice(0, 4000) ?? null;
  return {
    name: displayName(facts.path),
    role: roleOf(facts),
    path: sound.path,
    linked: sound.linked,
    originalPath: facts.path.slice(0, 4096),
    contentHash: sound.contentHash,
    sizeBytes: sound.sizeBytes,
    channelCount: facts.sound!.channelCount,
    sampleRate: original.sampleRate,
    bitsPerSample: sound.bitsPerSample,
    lengthSamples: sound.lengthSamples,
    timeReferenceSamples: timeReferenceAt(facts, original.sampleRate),
    scene: text(metadata?.scene ?? facts.tags.get('scene')),
    take: text(metadata?.take ?? facts.tags.get('take')),
    tape: text(metadata?.tape ?? facts.tags.get('reel_name')),
    circled: metadata?.circled ?? null,
    channelNames: JSON.stringify(channelNamesOf(facts)),
    metadata: metadataJson(facts, original.sha256),
  };
}

const longestMetadata = 3_900_000;
const mostCues = 5000;

/**
 * Everything else that was found, kept for delivery; `original.sha256` finds the file that was imported again. What a
 * malicious file makes too long for a row is left out, longest first.
 */
function metadataJson(facts: MediaFacts, sha256: string): string {
  const { wave, sound } = facts;
  const metadata = {
    container: facts.container,
    original: {
      sha256,
      sizeBytes: facts.sizeBytes,
      sampleRate: sound?.sampleRate ?? null,
      bitsPerSample: sound?.bitsPerSample ?? null,
    },
    note: wave?.metadata.note ?? null,
    project: wave?.metadata.project ?? null,
    frameRate: wave?.metadata.frameRate ?? facts.timecode?.frameRate ?? null,
    digitizerSampleRate: wave?.metadata.digitizerSampleRate ?? null,
    familyUid: wave?.ixml?.familyUid ?? null,
    fileSetIndex: wave?.ixml?.fileSetIndex ?? null,
    bext: wave?.bext ?? null,
    ixml: wave?.ixmlText ?? null,
    cues: wave?.cues.slice(0, mostCues) ?? [],
    info: wave?.info ?? {},
  };
  const whole = JSON.stringify(metadata);
  if (whole.length <= longestMetadata) return whole;
  const { container, original, frameRate } = metadata;
  return JSON.stringify({ container, original, frameRate });
}

export function pictureFields(facts: MediaFacts, sha256: string): PictureFields | null {
  const { picture } = facts;
  return (
    picture && {
      name: displayName(facts.path),
      originalPath: facts.path.slice(0, 4096),
      proxyPath: null,
      contentHash: sha256,
      frameRateNumerator: picture.frameRate.numerator,
      frameRateDenominator: picture.frameRate.denominator,
      dropFrame: picture.frameRate.drop,
      variableFrameRate: picture.variableFrameRate,
      frameCount: picture.frameCount,
      widthPixels: picture.widthPixels,
      heightPixels: picture.heightPixels,
      startFrame: picture.startFrame,
    }
  );
}

/** The hashes under which files of a project are known, for {@link ImportOptions.known}. */
export function knownHashes(
  sources: Iterable<{ readonly name: string; readonly contentHash: string; readonly metadata: string }>,
  pictures: Iterable<{ readonly name: string; readonly contentHash: string }>,
): Map<string, string> {
  const known = new Map<string, string>();
  for (const { name, contentHash } of pictures) known.set(contentHash, name);
  for (const { name, contentHash, metadata } of sources) {
    known.set(contentHash, name);
    const original = originalHashOf(metadata);
    if (original) known.set(original, name);
  }
  return known;
}

/** The hash of the imported original, as {@link SourceFields.metadata} keeps it; null where it does not. */
export function originalHashOf(metadata: string): string | null {
  // Written by this file: a look for the one field is enough, and quick for many sources.
  return /"original":\{"sha256":"([0-9a-f]{64})"/.exec(metadata)?.[1] ?? null;
}
