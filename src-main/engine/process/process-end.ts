import { engineAddon } from '../addon.ts';

/**
 * Ends of this process that nothing holds up: `process.exit` waits for work that hangs on a disk or in a driver, runs exit
 * handlers that may hang as well, and a timer comes to nothing while JavaScript stands still.
 */
type ProcessEndAddon = {
  endProcess(status: number): never;
  endProcessWithin(milliseconds: number, status: number): void;
};

/** The engine's own way out; undefined where it is not built: then nothing of it can hang. */
function addon(): ProcessEndAddon | undefined {
  try {
    return engineAddon() as unknown as ProcessEndAddon;
  } catch {
    return undefined;
  }
}

/** Ends the process now, without exit handlers. */
export function endProcess(status: number): never {
  addon()?.endProcess(status);
  process.exit(status);
}

/** Ends it so many milliseconds from now, whatever it does until then. */
export function endProcessWithin(milliseconds: number, status: number): void {
  const native = addon();
  if (native) native.endProcessWithin(milliseconds, status);
  else setTimeout(() => process.exit(status), milliseconds);
}
