import { type Lane, TAKE_LAYER_HEIGHT } from '../track-layout.ts';

/** A lane has at most so many rows of takes that are painted. */
const MOST_LAYERS = 1024;

/** What the worker knows the rows of takes below a lane by: below zero, where no track is. */
export function layerIds({ trackId, layersHeight }: Lane): readonly number[] {
  const count = Math.min(MOST_LAYERS, Math.round(layersHeight / TAKE_LAYER_HEIGHT));
  return Array.from({ length: count }, (_, row) => -(trackId * MOST_LAYERS + row));
}

/** The track and the row that such a number means. */
export function ofLayerId(layerId: number): { readonly trackId: number; readonly row: number } {
  return { trackId: Math.floor(-layerId / MOST_LAYERS), row: -layerId % MOST_LAYERS };
}
