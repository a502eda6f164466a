import { homedir } from 'node:os';
import { join } from 'node:path';

export type UserFolders = {
  /** Settings of this user: recent projects. */
  readonly settings: string;
  /** Where projects go when nothing else is said; the demo project too. */
  readonly projects: string;
};

/**
 * Where this user's settings and projects lie, by the platform's convention. `TWOPOP_HOME` puts both below one folder.
 * Makes nothing.
 */
export function userFolders(environment: NodeJS.ProcessEnv = process.env, platform = process.platform): UserFolders {
  const own = environment.TWOPOP_HOME;
  if (own) return { settings: join(own, 'settings'), projects: join(own, 'projects') };
  const home = homedir();
  const projects = join(home, 'Twopop');
  if (platform === 'darwin') return { settings: join(home, 'Library', 'Application Support', 'Twopop'), projects };
  if (platform === 'win32') {
    return { settings: join(environment.APPDATA || join(home, 'AppData', 'Roaming'), 'Twopop'), projects };
  }
  return { settings: join(environment.XDG_CONFIG_HOME || join(home, '.config'), 'twopop'), projects };
}
