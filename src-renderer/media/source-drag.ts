/** The type under which a drag from the bin carries the id of its source, as decimal text. */
export const SOURCE_DRAG_TYPE = 'application/x-twopop-source';
