import { writeFile } from 'node:fs/promises';
import { DRIFT_CORRECTIONS, type SyncMatchRow } from '../../../src-shared/model/rows.ts';
import { isAmbiguous, isSureEnough } from '../../../src-shared/sync/ambiguity.ts';
import { rowsOf } from '../../demo/demo-host.ts';
import { openSyncAudio, openSyncTracks, readSyncStart } from '../../host/sync-audio.ts';
import { collectFiles } from '../../media/collect-files.ts';
import { syncCommand, syncHelp } from '../../sync/sync-cli.ts';
import { reportOfCall } from '../call-error.ts';
import type { ExitCode } from '../exit-code.ts';
import { followJob, tellJob } from '../follow-job.ts';
import { namedRows } from '../named-rows.ts';
import { openForWork } from '../open-for-work.ts';
import { choiceOption, needPositional, textOption, usageError, type Verb } from '../verb.ts';

export const syncVerb: Verb = {
  name: 'sync',
  summary: 'Finds for every camera clip the recorder file that holds the same sound.',
  usage:
    'sync PROJECT [--accept-above CONFIDENCE [--drift HOW]] [--again] [--camera NAME]... [--recorder NAME]...   or   sync --cameras FILE... --recorders FILE... [--json -]',
  optionsHelp: [
    'PROJECT                 the project’s folder or its .twopop file',
    '--accept-above NUMBER   accept every match of at least this confidence (0 to 1), as one step of undo;',
    '                        what is ambiguous or was laid by hand is left for a person',
    '--drift HOW             of accepted matches: resample (a copy at the camera’s speed), cut (at pauses) or none',
    '                        (right in the middle); resample when left out',
    '--again                 look anew at camera clips that have a result, too; accepted matches stay, and what was',
    '                        laid or set by hand except of clips named by --camera',
    '--camera NAME[,NAME]    only these sources as cameras; may be given several times',
    '--recorder NAME[,NAME]  only these sources as recorder files; may be given several times',
    'Without a project (--json may name a file, and - is standard output):',
    ...syncHelp
      .split('\n')
      // Continued lines go with their option; --json is told with what all verbs share.
      .filter((line) => /^ {2}(--| )/.test(line) && !line.startsWith('  --json'))
      .map((line) => line.slice(2)),
    'Example without a project: npx twopop sync --cameras A_CAM --recorders T01.wav T02.wav --json result.json',
  ],
  example: 'sync "reels/Reel 1" --accept-above 0.9',
  options: {
    'accept-above': { type: 'string' },
    drift: { type: 'string' },
    again: { type: 'boolean' },
    camera: { type: 'string', multiple: true },
    recorder: { type: 'string', multiple: true },
  },
  /** Files without a project have arguments of their own: several behind one option. */
  raw: async (args) => {
    if (!args.includes('--cameras') && !args.includes('--recorders')) return null;
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort());
    return (await syncCommand({
      args,
      openAudio: openSyncAudio,
      openTracks: openSyncTracks,
      readStart: readSyncStart,
      filesBelow: async (folder) => (await collectFiles([folder])).map(({ path }) => path),
      write: (text) => void process.stdout.write(text),
      writeProgress: (text) => void process.stderr.write(text),
      writeFile,
      signal: stop.signal,
    })) as ExitCode;
  },
  async run(call) {
    const project = needPositional(call, 0, 'PROJECT', syncVerb);
    const acceptAbove = textOption(call.values, 'accept-above');
    const least = Number(acceptAbove);
    if (acceptAbove !== undefined && !(acceptAbove.trim() !== '' && least >= 0 && least <= 1)) {
      throw usageError('--accept-above is not a number from 0 to 1.', 'Give a confidence, such as 0.9.');
    }
    const driftCorrection = choiceOption(call.values, 'drift', DRIFT_CORRECTIONS, 'resample');
    const host = call.host();
    const { client } = host.transports;
    await openForWork(call, project);
    const sources = rowsOf(host.services.documents.snapshot(), 'source');
    const cameras = namedRows(call.values, 'camera', sources);
    const recorders = namedRows(call.values, 'recorder', sources);
    const started = await client.sync
      .start({
        ...(cameras ? { cameraSourceIds: cameras.map(({ id }) => id) } : {}),
        ...(recorders ? { recorderSourceIds: recorders.map(({ id }) => id) } : {}),
        again: call.values.again === true,
      })
      .catch((error: unknown) => {
        // Results that are there already can be accepted all the same.
        const report = reportOfCall(error);
        if (report?.code !== 'sync-all-decided' && report?.code !== 'sync-all-by-hand') throw error;
        const how = report.code === 'sync-all-decided' ? 'With --again' : 'With --again --camera NAME';
        call.note(`${report.message} ${how} they are looked at anew.`);
        return null;
      });
    const job = started && (await followJob(call, host, started.jobId));
    let code: ExitCode = job ? tellJob(call, job) : 0;
    const matches = () => rowsOf(host.services.documents.snapshot(), 'sync_match');
    const accepted = acceptAbove === undefined ? [] : matches().filter((match) => isSureEnough(match, least));
    const ambiguous = matches().filter(
      (match) => match.status === 'proposed' && match.confidence >= least && isAmbiguous(match),
    );
    if (acceptAbove !== undefined && ambiguous.length > 0) call.note(tellAmbiguous(ambiguous.length));
    if ((job?.state ?? 'done') === 'done' && accepted.length > 0) {
      const matchIds = accepted.map(({ id }) => id);
      const accepting = await client.sync.accept({ matchIds, driftCorrection });
      const ended = tellJob(call, await followJob(call, host, accepting.jobId));
      if (ended !== 0) code = ended;
    }
    for (const match of matches()) call.say(describe(match, host.services.documents.snapshot()));
    if (matches().some(({ status }) => status === 'unmatched')) code = 1;
    call.answer({ job, matches: matches() });
    return code;
  },
};

function tellAmbiguous(matches: number): string {
  const those = matches === 1 ? '1 match of that confidence was' : `${matches} matches of that confidence were`;
  return `${those} not accepted: another place fits nearly as well. Look at the review, or accept by number with run.`;
}

function describe(match: SyncMatchRow, snapshot: Parameters<typeof rowsOf>[0]): string {
  const names = new Map(rowsOf(snapshot, 'source').map(({ id, name }) => [id, name]));
  const camera = names.get(match.cameraSourceId);
  if (match.recorderSourceId === null) return `${camera}  unmatched: ${match.reason}`;
  const seconds = (match.offsetSamplesAt48k / 48_000).toFixed(5);
  return (
    `${camera}  ${names.get(match.recorderSourceId)}  ${match.status}  ${match.method}  offset ${seconds} s  ` +
    // Rounded down, as in the review: only certainty is 1.
    `drift ${match.driftPpm.toFixed(2)} ppm  confidence ${(Math.floor(match.confidence * 100) / 100).toFixed(2)}`
  );
}
