/**
 * Row ids are integers, unique within their table and never used again in a project, not even after undo. Brands keep
 * one table's ids from another's.
 */
export type SourceId = number & { readonly __row?: 'source' };
export type PictureId = number & { readonly __row?: 'picture' };
export type TrackId = number & { readonly __row?: 'track' };
export type ClipId = number & { readonly __row?: 'clip' };
export type PictureClipId = number & { readonly __row?: 'picture_clip' };
export type GainPointId = number & { readonly __row?: 'gain_point' };
export type MarkerId = number & { readonly __row?: 'marker' };
export type SyncMatchId = number & { readonly __row?: 'sync_match' };
export type TakeId = number & { readonly __row?: 'take' };
export type SourceMarkId = number & { readonly __row?: 'source_mark' };
