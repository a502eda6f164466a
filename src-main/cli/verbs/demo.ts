import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { runDemo } from '../../demo/run-demo.ts';
import { userFolders } from '../../host/user-folders.ts';
import type { Verb } from '../verb.ts';

export const demoVerb: Verb = {
  name: 'demo',
  summary: 'Imports, syncs and bounces the demo shoot, and holds the result against the truth.',
  usage: 'demo [FOLDER]',
  optionsHelp: ['FOLDER                  where cards and project are made; the folder of projects when left out'],
  example: 'demo reels',
  options: {},
  async run(call) {
    const host = call.host();
    const folder = call.positionals[0] ? resolve(call.positionals[0]) : userFolders().projects;
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort(new Error('stopped')));
    const report = await runDemo(host.demoHost, {
      shootFolder: host.services.demo.shootFolder,
      folder,
      signal: stop.signal,
      say: (line) => call.say(line.replaceAll(join(homedir(), '/'), '~/')),
    });
    call.answer(report);
    return report.problems.length > 0 ? 1 : 0;
  },
};
