import { rm } from 'node:fs/promises';
import type { PcmFormat } from '../../src-shared/engine/render-plan.ts';
import { decodeAudio } from './decode-audio.ts';
import { channelNamesOf, writtenTimeReference } from './import-fields.ts';
import { cancelledError, fileSystemError, mediaError, shownName } from './media-error.ts';
import type { MediaFacts } from './media-facts.ts';
import { retimeIxml } from './retime-ixml.ts';
import { retimeMarkers } from './wave-cues.ts';
import { sampleBytes } from './wave-format.ts';
import { WaveWriter } from './wave-writer.ts';

/**
 * Decodes the sound of a file to a new BWF at `sampleRate`: 24 bit, or 32-bit float where the file holds floats. What a
 * WAV says beside its samples goes with it, counted at the new rate: bext with a further line of coding history, the
 * iXML as it was written, cue points, regions, INFO. Resolves with the frames written. Nothing is left at `partPath` when it fails.
 */
export async function convertSound(
  facts: MediaFacts,
  partPath: string,
  options: {
    readonly sampleRate: number;
    readonly onProgress: (fraction: number) => void;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<{ readonly format: PcmFormat; readonly frameCount: number }> {
  const { sampleRate, signal } = options;
  const format = facts.sound?.floatSamples ? 'f32' : 's24';
  const decoded = await decodeAudio(facts.path, { sampleRate, signal });
  const { wave } = facts;
  const timeReference = writtenTimeReference(facts, sampleRate);
  const history = `A=PCM,F=${sampleRate},W=${format === 'f32' ? 32 : 24},T=Twopop`;
  const ixmlText =
    wave?.ixmlText &&
    retimeIxml(wave.ixmlText, {
      fromRate: wave.format.sampleRate,
      timestampRate: wave.metadata.timestampSampleRate,
      toRate: sampleRate,
      bitsPerSample: sampleBytes[format] * 8,
      timeReference,
    });
  let writer: WaveWriter | undefined;
  try {
    writer = await WaveWriter.create(partPath, {
      format,
      channelCount: decoded.channelCount,
      sampleRate,
      ...(timeReference !== null && {
        bext: {
          // Where a bext is in the iXML alone, it would be hidden by one that says nothing.
          description: wave?.ixml?.bext.BWF_DESCRIPTION ?? '',
          ...wave?.bext,
          originator: wave?.bext?.originator || wave?.ixml?.bext.BWF_ORIGINATOR || 'Twopop',
          timeReference,
          codingHistory: wave?.bext?.codingHistory ? `${wave.bext.codingHistory}\r\n${history}` : history,
        },
      }),
      ixml: {
        project: wave?.metadata.project ?? null,
        scene: wave?.metadata.scene ?? null,
        take: wave?.metadata.take ?? null,
        tape: wave?.metadata.tape ?? facts.tags.get('reel_name') ?? null,
        circled: wave?.metadata.circled ?? null,
        note: wave?.metadata.note ?? null,
        frameRate: wave?.metadata.frameRate ?? facts.timecode?.frameRate ?? null,
        timeReference,
        trackNames: channelNamesOf(facts),
      },
      ...(ixmlText && { ixmlText }),
      ...(wave && { otherChunks: retimeMarkers(wave.markerChunks, wave.format.sampleRate, sampleRate) }),
    });
    for await (const chunk of decoded.chunks) {
      await writer.append(chunk);
      if (decoded.expectedFrames) options.onProgress(Math.min(1, writer.frameCount / decoded.expectedFrames));
    }
    if (signal?.aborted) throw cancelledError(facts.path);
    if (writer.frameCount === 0)
      throw mediaError(
        'media-no-samples',
        `“${shownName(facts.path)}” holds no sound.`,
        'Leave it out, or copy it from the card again.',
      );
    refuseShort(facts, writer.frameCount, sampleRate);
    const frameCount = await writer.finish();
    return { format, frameCount };
  } catch (error) {
    await writer?.abandon();
    await rm(partPath, { force: true });
    throw fileSystemError(facts.path, error);
  }
}

/**
 * A compressed or professional container that was cut off decodes to less than it says: more than a tenth of a second
 * less is no rounding. (Movies name their last byte, which was looked at before.)
 */
function refuseShort(facts: MediaFacts, frameCount: number, sampleRate: number): void {
  const { sound, container } = facts;
  if (!sound?.frames || !/^(flac|aiff|mxf)$/.test(container)) return;
  const promised = Math.round((sound.frames * sampleRate) / sound.sampleRate);
  if (frameCount >= promised - sampleRate / 10) return;
  throw mediaError(
    'media-truncated',
    `“${shownName(facts.path)}” is cut off: ${frameCount} of ${promised} samples are there.`,
    'Wait until it is copied to its end, or copy it from the card again.',
  );
}
