import { FILE_BRIDGE, type FileBridge } from '../../src-shared/rpc/connection.ts';
import { openDialog, useDialogs } from '../app/dialogs.ts';
import { usePreferences } from '../app/preferences.ts';
import { chooseFromShell } from '../project/HostChooser.tsx';
import { attempt, type OpenProject } from '../project/open-project.ts';
import { tellError, tellPlain } from '../ui/toasts.ts';
import { listDropped, MAX_DROPPED_FILES, takeDropped } from './dropped-files.ts';
import { uploadFiles } from './uploads.ts';

/** Where dropped files lie, as Electron's preload knows it; null in a browser, which may not. */
function fileBridge(): FileBridge | null {
  return (window as unknown as { readonly [FILE_BRIDGE]?: FileBridge })[FILE_BRIDGE] ?? null;
}

/** Starts the import of files and folders on the host's machine. */
export async function importPaths(
  project: OpenProject,
  paths: readonly string[],
  mode: 'copy' | 'link',
): Promise<void> {
  if (paths.length === 0) return;
  const started = await attempt(() => project.session.client.media.import({ paths: [...paths], mode }));
  if (started) useDialogs.setState({ jobsOpen: true });
}

/** How files that lie on the host's machine are taken in, as the person has chosen. */
export function importMode(): 'copy' | 'link' {
  return usePreferences.getState().linkInPlace ? 'link' : 'copy';
}

/** Asks for files: by the shell's dialog, or by ours where it has none. */
export async function chooseAndImport(project: OpenProject): Promise<void> {
  if (refuseReadOnly(project)) return;
  const chosen = await attempt(() => chooseFromShell(project.session, 'media', 'Import media'));
  if (!chosen) return;
  if (chosen.available) await importPaths(project, chosen.paths, importMode());
  else openDialog('import');
}

/** Whether a drag carries files, so that the window may take it. */
export function carriesFiles(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes('Files') ?? false;
}

/** Imports what was dropped: by its path where the shell knows it, else streamed to the host. Call inside the event. */
export async function importDrop(project: OpenProject, transfer: DataTransfer): Promise<void> {
  if (refuseReadOnly(project)) return;
  const bridge = fileBridge();
  if (bridge) {
    const paths = [...transfer.files].map((file) => bridge.pathOfFile(file)).filter((path) => path !== '');
    return importPaths(project, paths, importMode());
  }
  const { files, unreadable, cut } = await listDropped(takeDropped(transfer));
  if (unreadable.length > 0)
    tellError({
      code: 'drop-unreadable',
      message: `Could not be read: ${unreadable.slice(0, 5).join(', ')}. The rest is imported.`,
      remedy: 'Check that the files may be read, then drop them again.',
    });
  if (cut)
    tellPlain(
      `Only the first ${MAX_DROPPED_FILES.toLocaleString()} files were taken.`,
      'Drop the rest in smaller parts, or use Import.',
    );
  if (files.length === 0) {
    if (unreadable.length === 0) tellPlain('There was no file in what was dropped.');
    return;
  }
  useDialogs.setState({ jobsOpen: true });
  const paths = await attempt(async () => uploadFiles(project.session.media, files));
  if (paths) await importPaths(project, paths, 'copy');
}

function refuseReadOnly(project: OpenProject): boolean {
  if (!project.info.readOnly) return false;
  tellError({
    code: 'read-only',
    message: `Nothing was imported: this project is open read-only. ${project.info.readOnlyReason ?? ''}`.trim(),
    remedy: 'Close it where it is held, then open it here again.',
  });
  return true;
}
