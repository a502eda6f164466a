import { openForWork } from '../open-for-work.ts';
import { needPositional, type Verb } from '../verb.ts';

export const backupVerb: Verb = {
  name: 'backup',
  summary: 'Makes a backup of the project file in its “Backups” folder.',
  usage: 'backup PROJECT',
  optionsHelp: ['PROJECT                 the project’s folder or its .twopop file', 'With --json: {"path"}'],
  example: 'backup "reels/Reel 1"',
  options: {},
  async run(call) {
    const project = needPositional(call, 0, 'PROJECT', backupVerb);
    const { client } = call.host().transports;
    await openForWork(call, project);
    const backup = await client.project.backup();
    call.say(backup.path);
    call.answer(backup);
    return 0;
  },
};
