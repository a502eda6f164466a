/**
 * Takes: what was recorded on a track, in layers. `recorded_file` remembers every file that was ever recorded into, also
 * when its take was taken out of the document: such a file is then no stray to be found again. Only SQLite writes it.
 */
export const SCHEMA_V4 = `
CREATE TABLE take (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  trackId INTEGER NOT NULL REFERENCES track (id),
  sourceId INTEGER REFERENCES source (id),
  path TEXT NOT NULL,
  name TEXT NOT NULL,
  number INTEGER NOT NULL CHECK (number > 0),
  pass INTEGER NOT NULL CHECK (pass > 0),
  state TEXT NOT NULL CHECK (state IN ('recording', 'done', 'recovered')),
  startSample INTEGER NOT NULL,
  punchInSample INTEGER,
  punchOutSample INTEGER,
  loopFromSample INTEGER,
  loopToSample INTEGER,
  preRecordedSamples INTEGER NOT NULL CHECK (preRecordedSamples >= 0),
  roundTripSamples INTEGER NOT NULL,
  inputChannels TEXT NOT NULL,
  recordedAt TEXT NOT NULL,
  begunAtSeq INTEGER NOT NULL CHECK (begunAtSeq >= 0),
  rating INTEGER NOT NULL CHECK (rating BETWEEN 0 AND 5),
  circled INTEGER NOT NULL CHECK (circled IN (0, 1))
) STRICT;
CREATE INDEX take_on_track ON take (trackId);
CREATE INDEX take_of_source ON take (sourceId);

CREATE TABLE recorded_file (path TEXT PRIMARY KEY) STRICT;
CREATE TRIGGER remember_recorded_file AFTER INSERT ON take
BEGIN
  INSERT OR IGNORE INTO recorded_file (path) VALUES (new.path);
END;
`;
