import { engineAddon } from '../engine/addon.ts';

/** Whether the native engine was built for this machine. Without it there is no bounce, preview, peaks or sync. */
export function isEngineAvailable(): boolean {
  try {
    engineAddon();
    return true;
  } catch {
    return false;
  }
}
