import type { CommandOf } from './commands.ts';
import type { DocumentWriter } from './document.ts';
import { countedLabel, existing, existingRows } from './refuse.ts';

export function addMarker(writer: DocumentWriter, command: CommandOf<'marker.add'>): string {
  writer.insert('marker', { atSample: command.atSample, name: command.name, comment: command.comment });
  return 'Add marker';
}

export function updateMarker(writer: DocumentWriter, command: CommandOf<'marker.update'>): string {
  const marker = existing(writer, 'marker', command.markerId);
  writer.update('marker', marker.id, {
    atSample: command.atSample ?? marker.atSample,
    name: command.name ?? marker.name,
    comment: command.comment ?? marker.comment,
  });
  return 'Change marker';
}

export function removeMarkers(writer: DocumentWriter, command: CommandOf<'marker.remove'>): string {
  const markers = existingRows(writer, 'marker', command.markerIds);
  for (const marker of markers) writer.remove('marker', marker.id);
  return countedLabel('Delete', markers.length, 'marker');
}
