/**
 * The byte routes, served over loopback HTTP by both shells. Every request carries `Authorization: Bearer TOKEN`;
 * `Host` must be the host's own and `Origin`, where there is one, too. All numbers little-endian.
 */
export const MEDIA_ROUTES = {
  /** GET → JSON {@link DocumentSnapshot}. */
  snapshot: '/media/document',
  /** POST {@link PeakRequest} → Int16 min,max pairs of every tile, one after the other, each `PEAKS_PER_TILE` pairs (zero padded). */
  peaks: '/media/peaks',
  /** GET `?source=ID&channel=N&from=SAMPLE&count=N` → Float32 samples. */
  samples: '/media/samples',
  /** GET `?from=SAMPLE&count=FRAMES` → Float32 left,right pairs of the mix, rendered by the engine; header `X-Document-Seq`. */
  render: '/media/render',
  /** GET `/media/picture/ID` → the proxy, with byte ranges. */
  picture: '/media/picture',
  /** GET `/media/picture-index/ID` → JSON {@link PictureIndex}. */
  pictureIndex: '/media/picture-index',
  /** PUT `?batch=ID&path=RELATIVE/NAME`, body the file → JSON `{path}` on the host, to be given to `media.import`. */
  upload: '/media/upload',
} as const;

/** Rows as columns: `columns[i]` names the values at index i of each row. Small and quick to parse at 100,000 clips. */
export type SnapshotTable = { readonly columns: readonly string[]; readonly rows: readonly (readonly unknown[])[] };

export type DocumentSnapshot = {
  readonly seq: number;
  readonly canUndo: string | null;
  readonly canRedo: string | null;
  readonly tables: Readonly<Record<string, SnapshotTable>>;
};

export const PEAKS_PER_TILE = 1024;

/** At most 2,000 tiles a request. Level 0 is 256 samples a peak; each level above, four times as many. */
export type PeakRequest = {
  readonly tiles: readonly {
    readonly sourceId: number;
    readonly channel: number;
    readonly level: number;
    readonly tile: number;
  }[];
};

/** Where each frame of an all-intra proxy lies, for WebCodecs. */
export type PictureIndex = {
  readonly codec: string;
  /** avcC box contents, base64. */
  readonly description: string;
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly frameRateNumerator: number;
  readonly frameRateDenominator: number;
  /** Byte offset and size of each frame, flat: offset0, size0, offset1, size1, ... */
  readonly frames: readonly number[];
};
