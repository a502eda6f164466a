import type { CommandInput } from '../../src-shared/edit/commands.ts';
import { readEvidence } from '../../src-shared/sync/sync-evidence.ts';
import { findPauses } from '../media/find-pauses.ts';
import { waveFloats } from '../media/wave-samples.ts';
import type { Project } from '../project/project.ts';
import { byMatch, type Drifting, eachDrifting } from './drifting-matches.ts';
import type { JobContext } from './job-runner.ts';
import { openRecorderFile } from './recorder-file.ts';

/** Where the recorder files of matches may be cut, as `sync.accept` takes it. */
export type Pauses = NonNullable<Extract<CommandInput, { kind: 'sync.accept' }>['pauses']>;

/**
 * Listens for pauses in every stretch that drifts: in the microphone that was chosen, else in the suggested one, else
 * in the first. Throws one `media-...` error.
 */
export async function pausesOf(project: Project, drifting: readonly Drifting[], context: JobContext): Promise<Pauses> {
  const found = new Map<Drifting, number[]>();
  await eachDrifting(drifting, context, 'Listening for pauses in', async (part, signal, onProgress) => {
    const { match, recorder, plan } = part;
    const wave = await openRecorderFile(recorder, project.sourcePath(recorder));
    const channel = Math.min(
      recorder.channelCount - 1,
      match.chosenChannel ?? readEvidence(match.evidence).suggestedChannel ?? 0,
    );
    const { coveredFromSample: fromFrame, coveredToSample } = plan;
    const frameCount = coveredToSample - fromFrame;
    const heard = async function* () {
      let frames = 0;
      for await (const chunk of waveFloats(wave, { channels: channel, fromFrame, frameCount, signal })) {
        yield chunk;
        frames += chunk.length;
        onProgress(frames / Math.max(1, frameCount));
      }
    };
    const places = await findPauses(heard(), wave.format.sampleRate);
    found.set(
      part,
      places.map((place) => fromFrame + place),
    );
  });
  return Array.from(Map.groupBy(drifting, byMatch).values(), (parts) => ({
    matchId: parts[0]!.match.id,
    recorderSourceId: parts[0]!.recorder.id,
    atSamples: parts.flatMap((part) => found.get(part) ?? []).sort((a, b) => a - b),
  }));
}
