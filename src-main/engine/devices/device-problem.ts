import type { ErrorReport } from '../../../src-shared/rpc/error.ts';

const remedies: Record<string, string> = {
  'library-missing':
    'Projects, editing and bouncing work without it. Install PortAudio (Debian/Ubuntu: sudo apt-get install -y ' +
    'libportaudio2; macOS: brew install portaudio), or name the library in TWOPOP_PORTAUDIO, then start Twopop again.',
  'device-missing': 'Connect the device and press "Try again", or choose another one in the audio settings.',
  'device-busy': 'Close the program that uses the device, or choose another one in the audio settings, then try again.',
  'permission-refused':
    'Allow Twopop to use the microphone in the privacy settings of this system (Linux: add yourself to the group ' +
    '"audio"), then try again.',
  'rate-refused':
    "Set the device to the project's sample rate in its own control panel, or choose another device in the audio settings.",
  'channels-refused': 'Choose fewer channels, or another device, in the audio settings.',
  'host-apis-differ': 'Choose an input and an output of the same host API in the audio settings.',
  'device-hung': 'The project is untouched and recorded sound is kept. The audio engine is started anew by itself.',
  'device-failed':
    'The project is untouched. Try again, or choose another device or buffer size in the audio settings.',
};

/**
 * What a person is told of a DeviceError of the native side: its code, its message as a sentence, and what to do. A code
 * that is not known counts as `device-failed`.
 */
export function deviceProblem(error: { readonly code?: unknown; readonly message: string }): ErrorReport {
  const code = typeof error.code === 'string' && Object.hasOwn(remedies, error.code) ? error.code : 'device-failed';
  const words = error.message.replace(/[.\s]+$/, '');
  return { code, message: `${words.charAt(0).toUpperCase()}${words.slice(1)}.`, remedy: remedies[code] as string };
}
