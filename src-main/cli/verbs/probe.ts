import { toErrorReport } from '../../../src-shared/rpc/error.ts';
import { type ProbeReport, probeFile } from '../../media/probe-file.ts';
import { usageError, type Verb } from '../verb.ts';

export const probeVerb: Verb = {
  name: 'probe',
  summary: 'Says what media files are and what they know of themselves.',
  usage: 'probe FILE... [--json]',
  optionsHelp: [
    'FILE                    sound or picture files',
    'With --json: an array with an object a file; {"file", "error"} for one that cannot be read.',
  ],
  example: 'probe cards/SOUND_DAY3/*.WAV --json',
  options: {},
  async run(call) {
    if (call.positionals.length === 0) throw usageError('FILE is missing.', `Usage: npx twopop ${probeVerb.usage}`);
    const answers: unknown[] = [];
    let failed = 0;
    for (const file of call.positionals) {
      try {
        const report = await probeFile(file);
        answers.push(report);
        for (const line of describe(report)) call.say(line);
      } catch (error) {
        failed++;
        const report = toErrorReport(error);
        answers.push({ file, error: report });
        call.say(`${file}\n  ${report.message}\n  ${report.remedy}`);
      }
    }
    call.answer(answers);
    // Where not one of them could be read, it is the input that is bad.
    if (failed === call.positionals.length) return 2;
    return failed > 0 ? 1 : 0;
  },
};

function describe(report: ProbeReport): string[] {
  const { video } = report;
  const parts = [
    report.container,
    report.sampleRate && `${report.sampleRate} Hz`,
    report.bitsPerSample && `${report.bitsPerSample} bit`,
    report.channels && `${report.channels} ch`,
    report.durationSeconds !== null && `${report.durationSeconds.toFixed(3)} s`,
  ];
  const lines = [report.file, `  ${parts.filter(Boolean).join(', ')}`];
  const label = (name: string, value: unknown) => {
    if (value !== null && value !== undefined) lines.push(`  ${name.padEnd(11)} ${value}`);
  };
  label('picture', video && `${video.codec} ${video.widthPixels}x${video.heightPixels}, ${video.frameCount} frames`);
  label('starts', report.startTimecode);
  label('frame rate', report.frameRate && `${report.frameRate}${report.dropFrame ? ' DF' : ''}`);
  label('scene', report.scene);
  label('take', report.take && `${report.take}${report.circled ? ' (circled)' : ''}`);
  label('tape', report.tape);
  label('tracks', report.trackNames?.map((name, index) => name || `${index + 1}`).join(', '));
  return lines;
}
