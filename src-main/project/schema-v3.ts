/**
 * What an editor needs to trust a sync: evidence and choices kept with each match, marks on sources, sources resampled
 * to a camera's clock, clips turned round or out of sync on purpose.
 */
export const SCHEMA_V3 = `
ALTER TABLE source ADD COLUMN derivedFromId INTEGER REFERENCES source (id);
ALTER TABLE source ADD COLUMN derivation TEXT NOT NULL DEFAULT '';
CREATE INDEX source_derived_from ON source (derivedFromId);

CREATE TABLE source_mark (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  sourceId INTEGER NOT NULL REFERENCES source (id),
  atSample INTEGER NOT NULL CHECK (atSample >= 0),
  name TEXT NOT NULL
) STRICT;
CREATE INDEX source_mark_of_source ON source_mark (sourceId, atSample);

ALTER TABLE sync_match ADD COLUMN inverted INTEGER NOT NULL DEFAULT 0 CHECK (inverted IN (0, 1));
ALTER TABLE sync_match ADD COLUMN clockOffsetSamplesAt48k REAL;
ALTER TABLE sync_match ADD COLUMN evidence TEXT NOT NULL DEFAULT '';
ALTER TABLE sync_match ADD COLUMN nudgeSamplesAt48k REAL NOT NULL DEFAULT 0;
ALTER TABLE sync_match ADD COLUMN followsClock INTEGER NOT NULL DEFAULT 0 CHECK (followsClock IN (0, 1));
ALTER TABLE sync_match ADD COLUMN rightsPolarity INTEGER NOT NULL DEFAULT 0 CHECK (rightsPolarity IN (0, 1));
ALTER TABLE sync_match ADD COLUMN chosenChannel INTEGER CHECK (chosenChannel >= 0);
ALTER TABLE sync_match ADD COLUMN driftCorrection TEXT NOT NULL DEFAULT 'none'
  CHECK (driftCorrection IN ('resample', 'cut', 'none'));

ALTER TABLE clip ADD COLUMN polarityInverted INTEGER NOT NULL DEFAULT 0 CHECK (polarityInverted IN (0, 1));
ALTER TABLE clip ADD COLUMN declaredAsync INTEGER NOT NULL DEFAULT 0 CHECK (declaredAsync IN (0, 1));
`;
