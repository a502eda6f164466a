import { HOST_AWAY } from './picture-messages.ts';

/** What stands in place of a picture that cannot be shown, and why. */
export function failureWords(name: string, message: string): string {
  if (message === HOST_AWAY) return `${name} is shown again when the connection to Twopop’s host is back.`;
  const reason = `${message.trim().replace(/\.+$/, '')}.`;
  return `${name} cannot be shown: ${reason} The sound is not affected. Import the file again to make a new proxy.`;
}
