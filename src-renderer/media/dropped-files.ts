/** A file of a drop with the path it had below what was dropped: `CARD_A/CLIP0001.MOV`. */
export type DroppedFile = { readonly file: File; readonly relativePath: string };

/** More than this in one drop is a mistake (a whole disk), not a day's cards. */
export const MAX_DROPPED_FILES = 10_000;
const MAX_DEPTH = 32;

/** What a drop holds: entries to walk, and files of a drop that did not come from a file system. */
export type DroppedItems = { readonly entries: readonly FileSystemEntry[]; readonly files: readonly File[] };

/** Takes hold of what was dropped. Must be called inside the drop event: a browser takes the list away after it. */
export function takeDropped(transfer: DataTransfer): DroppedItems {
  const entries: FileSystemEntry[] = [];
  const files: File[] = [];
  for (const item of transfer.items) {
    if (item.kind !== 'file') continue;
    const entry = item.webkitGetAsEntry();
    const file = entry ? null : item.getAsFile();
    if (entry) entries.push(entry);
    else if (file) files.push(file);
  }
  return { entries, files };
}

/**
 * Every file below the dropped entries, folders walked, hidden files left out. Stops at {@link MAX_DROPPED_FILES}. A
 * folder or file that cannot be read is left out and named in `unreadable`.
 */
export async function listDropped(
  dropped: DroppedItems,
): Promise<{ readonly files: readonly DroppedFile[]; readonly unreadable: readonly string[]; readonly cut: boolean }> {
  const files: DroppedFile[] = dropped.files.map((file) => ({ file, relativePath: file.name }));
  const unreadable: string[] = [];
  let cut = false;

  async function walk(entry: FileSystemEntry, prefix: string, depth: number): Promise<void> {
    if (entry.name.startsWith('.')) return;
    if (files.length >= MAX_DROPPED_FILES || depth > MAX_DEPTH) {
      cut = true;
      return;
    }
    const relativePath = prefix + entry.name;
    try {
      if (entry.isFile) {
        const file = await new Promise<File>((resolve, reject) => {
          (entry as FileSystemFileEntry).file(resolve, reject);
        });
        files.push({ file, relativePath });
      } else if (entry.isDirectory) {
        const reader = (entry as FileSystemDirectoryEntry).createReader();
        for (;;) {
          // A browser gives at most a hundred entries at a time; an empty list is the end.
          const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
            reader.readEntries(resolve, reject);
          });
          if (some.length === 0) break;
          for (const child of some) await walk(child, `${relativePath}/`, depth + 1);
        }
      }
    } catch {
      unreadable.push(relativePath);
    }
  }

  for (const entry of dropped.entries) await walk(entry, '', 0);
  return { files, unreadable, cut };
}
