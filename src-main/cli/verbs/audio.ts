import type { Verb } from '../verb.ts';

export const audioVerb: Verb = {
  name: 'audio',
  summary: 'Lists the audio devices of this machine and what is chosen of them.',
  usage: 'audio [--open] [--json]',
  optionsHelp: [
    '--open                  opens the chosen device, says how the engine is, and closes it again',
    'With --json: {"devices", "problem", "settings", "notice", "status"}',
  ],
  example: 'audio --open --json',
  options: { open: { type: 'boolean' } },
  async run(call) {
    const { audio } = call.host().services;
    const { devices, problem } = await audio.devices();
    for (const device of devices) {
      const counts = `${device.inputChannels.length} in, ${device.outputChannels.length} out`;
      call.say(`${device.hostApi}: ${device.name} (${counts})`);
    }
    if (problem) call.note(`${problem.message}\n${problem.remedy}`);
    const { settings, settingsNotice: notice } = audio;
    if (notice) call.note(notice);
    call.say(`chosen: ${settings.input?.name ?? 'no input'}, ${settings.output?.name ?? 'no output'}`);
    const status = call.values.open ? await audio.open() : audio.status;
    if (call.values.open) {
      call.say(`engine: ${status.state}, ${status.sampleRate} Hz, ${status.framesPerBuffer} frames a buffer`);
      if (status.problem) call.note(`${status.problem.message}\n${status.problem.remedy}`);
    }
    call.answer({ devices, problem, settings, notice, status });
    return status.problem ? 1 : 0;
  },
};
