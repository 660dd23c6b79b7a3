-- What page, screen, group and alias calls say, and when a client says that it sent an event.

ALTER TABLE events
  ADD COLUMN category       text COLLATE "C",
  ADD COLUMN group_id       text COLLATE "C",
  ADD COLUMN previous_id    text COLLATE "C",
  ADD COLUMN sent_at        text,
  -- A default of its own, for the processes of the version before that are still writing.
  ADD COLUMN skew_corrected boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN events.sent_timestamp IS 'the client''s time as sent, where timestamp is another';
COMMENT ON COLUMN events.sent_at IS 'when the client says that it sent the event, as sent';
COMMENT ON COLUMN events.skew_corrected IS 'whether timestamp is by our clock what the client said by its own';
