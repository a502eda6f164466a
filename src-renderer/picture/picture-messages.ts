/** What the page asks of the picture worker. */
export type PictureRequest =
  | { readonly kind: 'canvas'; readonly canvas: OffscreenCanvas }
  | { readonly kind: 'access'; readonly baseUrl: string; readonly token: string }
  /**
   * Show this frame as soon as it can be; a later request takes its place. `speed` in frames a step, 0 at rest. `burnIn`
   * is written into the picture together with the frame it belongs to; '' for none.
   */
  | {
      readonly kind: 'show';
      readonly pictureId: number;
      readonly frame: number;
      readonly speed: number;
      readonly burnIn: string;
    }
  | { readonly kind: 'black' }
  /** Forget a picture: its proxy was made anew. */
  | { readonly kind: 'forget'; readonly pictureId: number };

/** What it tells back. */
export type PictureReport =
  | {
      readonly kind: 'shown';
      readonly pictureId: number;
      readonly frame: number;
      readonly widthPixels: number;
      readonly heightPixels: number;
    }
  | { readonly kind: 'black' }
  | { readonly kind: 'failed'; readonly pictureId: number; readonly message: string };

/** Why a picture failed where nobody answered: it is there again with the host. */
export const HOST_AWAY = 'Twopop’s host does not answer.';
