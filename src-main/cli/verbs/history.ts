import { resolve } from 'node:path';
import { needPositional, textOption, usageError, type Verb } from '../verb.ts';

const MOST_STEPS = 10_000;

export const historyVerb: Verb = {
  name: 'history',
  summary: 'Lists what was done to a project, newest first: commands, undos and redos.',
  usage: 'history PROJECT [--limit N]',
  optionsHelp: [
    'PROJECT                 the project’s folder or its .twopop file',
    '--limit N               how many at most, up to 10000  (50)',
    'With --json: [{"seq", "kind": "command"|"undo"|"redo", "label", "at"}]',
  ],
  example: 'history "reels/Reel 1" --limit 10',
  options: { limit: { type: 'string' } },
  async run(call) {
    const project = needPositional(call, 0, 'PROJECT', historyVerb);
    const limit = Number(textOption(call.values, 'limit') ?? '50');
    if (!Number.isInteger(limit) || limit < 1 || limit > MOST_STEPS) {
      throw usageError('--limit is not a number of steps.', `Give a whole number from 1 to ${MOST_STEPS}.`);
    }
    const { client } = call.host().transports;
    await call.host().services.projects.open(resolve(project), { readOnly: true });
    const entries = await client.document.history({ limit });
    for (const { seq, kind, label, at } of entries) {
      call.say(`${String(seq).padStart(6)}  ${at}  ${kind === 'command' ? '' : `${kind}: `}${label}`);
    }
    call.answer(entries);
    return 0;
  },
};
