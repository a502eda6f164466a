/**
 * Lets the log hold long texts compressed: an edit of a thousand clips had cost most of a megabyte of file for ever.
 * Texts that were written before stay as they are; a text is a text and a blob is compressed (see `logged-text.ts`).
 */
export const SCHEMA_V2 = `
CREATE TABLE log_with_blobs (
  seq INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('command', 'undo', 'redo')),
  label TEXT NOT NULL,
  at TEXT NOT NULL,
  command ANY,
  diff ANY NOT NULL
) STRICT;
INSERT INTO log_with_blobs (seq, kind, label, at, command, diff) SELECT seq, kind, label, at, command, diff FROM log;
DROP TABLE log;
ALTER TABLE log_with_blobs RENAME TO log;
`;
