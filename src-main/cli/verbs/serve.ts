import { resolve } from 'node:path';
import { serve } from '../../server/serve.ts';
import { textOption, usageError, type Verb } from '../verb.ts';

export const serveVerb: Verb = {
  name: 'serve',
  summary: 'Serves the workstation to a browser on this machine.',
  usage: 'serve [PROJECT] [--port N] [--open]',
  optionsHelp: [
    'PROJECT                 opened at once',
    '--port N                a free one when left out',
    '--open                  open the page in the default browser',
  ],
  example: 'serve "reels/Reel 1" --port 4500',
  options: { port: { type: 'string' }, open: { type: 'boolean' } },
  async run(call) {
    const port = Number(textOption(call.values, 'port') ?? '0');
    if (!Number.isInteger(port) || port < 0 || port > 65535)
      throw usageError('--port is not a port.', 'Give a number from 1 to 65535.');
    const project = call.positionals[0];
    const serving = await serve({
      port,
      open: call.values.open === true,
      demo: 'never',
      announce: (line) => call.say(line),
      ...(project ? { project: resolve(project) } : {}),
    });
    call.answer({ url: serving.server.pageUrl, origin: serving.server.origin, token: serving.server.token });
    await serving.untilStopped;
    return 0;
  },
};
