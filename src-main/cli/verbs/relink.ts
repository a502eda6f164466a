import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { followJob, tellJob } from '../follow-job.ts';
import { openForWork } from '../open-for-work.ts';
import { needPositional, usageError, type Verb } from '../verb.ts';

export const relinkVerb: Verb = {
  name: 'relink',
  summary: 'Looks below a folder for the files of offline sources, by their content.',
  usage: 'relink PROJECT FOLDER',
  optionsHelp: [
    'PROJECT                 the project’s folder or its .twopop file',
    'FOLDER                  where to look, with everything below it',
    'What is found is linked as one step of undo; sources that stay offline are named, with exit code 1.',
    'With --json: {"job", "offline": [{"sourceId", "pictureId", "name", "path"}]}',
  ],
  example: 'relink "reels/Reel 1" /Volumes/SHUTTLE',
  options: {},
  async run(call) {
    const project = needPositional(call, 0, 'PROJECT', relinkVerb);
    const folder = resolve(needPositional(call, 1, 'FOLDER', relinkVerb));
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
      throw usageError(`There is no folder ${folder}.`, 'Give the folder to look in.');
    }
    const host = call.host();
    const { client } = host.transports;
    await openForWork(call, project);
    const { jobId } = await client.media.relink({ folder });
    const job = await followJob(call, host, jobId);
    const code = tellJob(call, job);
    const offline = await client.media.offlineSources();
    for (const { name, path } of offline) call.note(`${name} is still offline: ${path}`);
    call.answer({ job, offline });
    return offline.length > 0 ? 1 : code;
  },
};
