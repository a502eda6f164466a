import type { AudioService } from './audio-service.ts';
import type { RecordService } from './record-service.ts';
import type { Shell } from './shell.ts';

/** Keeps the machine awake as long as anyone has a reason to. */
export class KeepAwake {
  private readonly shell: Pick<Shell, 'keepAwake'>;
  private readonly reasons = new Set<string>();

  constructor(shell: Pick<Shell, 'keepAwake'>) {
    this.shell = shell;
  }

  /** The newest wish of each `reason` holds. Whether the machine is kept awake now: never where the shell has no say in it. */
  wish(reason: string, awake: boolean): boolean {
    if (awake) this.reasons.add(reason);
    else this.reasons.delete(reason);
    return this.shell.keepAwake(this.reasons.size > 0);
  }

  /** From here on while the engine plays, or something is recorded or taken in. */
  follow(audio: Pick<AudioService, 'telemetryTold' | 'statusChanged'>, records: Pick<RecordService, 'changed'>): void {
    const wishOnce = (reason: string, awake: boolean) => {
      if (this.reasons.has(reason) !== awake) this.wish(reason, awake);
    };
    records.changed.on(({ phase }) => wishOnce('records', phase !== 'idle'));
    audio.telemetryTold.on(({ rolling }) => wishOnce('plays', rolling));
    // A device that is gone tells nothing more.
    audio.statusChanged.on(({ state }) => {
      if (state !== 'running') wishOnce('plays', false);
    });
  }
}
