import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { followJob, tellJob } from '../follow-job.ts';
import { openForWork } from '../open-for-work.ts';
import { needPositional, usageError, type Verb } from '../verb.ts';

export const importVerb: Verb = {
  name: 'import',
  summary: 'Brings camera clips, recorder files or whole cards into a project.',
  usage: 'import PROJECT PATH... [--link]',
  optionsHelp: [
    'PROJECT                 the project’s folder or its .twopop file',
    'PATH                    files, or folders with everything below them',
    '--link                  leave in place what needs no converting, instead of copying',
    '--no-proxies            leave the picture proxies for when the project is opened next',
  ],
  example: 'import "reels/Reel 1" cards/A001 cards/SOUND_DAY3',
  options: { link: { type: 'boolean' }, 'no-proxies': { type: 'boolean' } },
  async run(call) {
    const project = needPositional(call, 0, 'PROJECT', importVerb);
    const paths = call.positionals.slice(1).map((path) => resolve(path));
    if (paths.length === 0) throw usageError('There is nothing to import.', `Usage: npx twopop ${importVerb.usage}`);
    if (!paths.some((path) => existsSync(path))) {
      throw usageError(
        `There is nothing at ${paths.join(', ')}. Nothing was imported.`,
        'Check that the disk is connected and that the path is right.',
      );
    }
    const host = call.host();
    const { client } = host.transports;
    await openForWork(call, project);
    const { jobId } = await client.media.import({ paths, mode: call.values.link ? 'link' : 'copy' });
    const job = await followJob(call, host, jobId);
    let code = tellJob(call, job);
    const proxies = [];
    if (!call.values['no-proxies']) {
      for (const proxy of host.services.jobs.list().filter((other) => other.kind === 'proxy')) {
        const ended = await followJob(call, host, proxy.id);
        proxies.push(ended);
        if (tellJob(call, ended) !== 0) code = 1;
      }
    }
    call.answer({ import: job, proxies });
    return code;
  },
};
