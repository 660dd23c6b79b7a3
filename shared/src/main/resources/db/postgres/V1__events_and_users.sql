-- Ids and names compare byte for byte (COLLATE "C"). What was sent as JSON is text: json and jsonb would change numbers,
-- the order of keys and blanks, and refuse \u0000. To query it, cast: (properties::jsonb ->> 'plan').

CREATE TABLE events (
  tenant_id      text COLLATE "C" NOT NULL,
  event_id       uuid NOT NULL,
  event_type     text COLLATE "C" NOT NULL,
  event_name     text COLLATE "C" NOT NULL,
  message_id     text COLLATE "C",
  user_id        text COLLATE "C",
  anonymous_id   text COLLATE "C",
  session_id     text COLLATE "C",
  device_id      text COLLATE "C",
  timestamp      timestamptz NOT NULL,
  received_at    timestamptz NOT NULL,
  sent_timestamp text,
  properties     text,
  traits         text,
  context        text,
  -- The id first: it decides almost every comparison by itself, and the tenant is part of what it was made from.
  PRIMARY KEY (event_id, tenant_id)
);

COMMENT ON COLUMN events.sent_timestamp IS 'the client''s time as sent, where it was not believed';

CREATE INDEX events_by_time ON events (tenant_id, timestamp, event_id);
CREATE INDEX events_by_receipt ON events USING brin (received_at) WITH (autosummarize = on);

-- One row a user, so that a merge is one statement under one row's lock. The trait_ arrays belong together by index.
CREATE TABLE users (
  tenant_id    text COLLATE "C" NOT NULL,
  user_id      text COLLATE "C" NOT NULL,
  first_seen   timestamptz NOT NULL,
  created_by   uuid NOT NULL,
  trait_keys   text[] COLLATE "C" NOT NULL,
  trait_values text[] NOT NULL,
  trait_times  timestamptz[] NOT NULL,
  trait_events uuid[] NOT NULL,
  bytes        bigint NOT NULL CONSTRAINT users_size CHECK (bytes <= 1048576),
  PRIMARY KEY (tenant_id, user_id)
);

COMMENT ON COLUMN users.trait_keys IS 'a backslash is written \- and U+0000, which text cannot hold, \0';

CREATE VIEW user_traits AS
SELECT tenant_id, user_id, trait.key, trait.value, trait.time, trait.event_id
FROM users, unnest(trait_keys, trait_values, trait_times, trait_events) AS trait (key, value, time, event_id);
