ALTER TABLE events_raw
    ADD COLUMN IF NOT EXISTS category String AFTER context,
    ADD COLUMN IF NOT EXISTS group_id String AFTER category,
    ADD COLUMN IF NOT EXISTS previous_id String AFTER group_id,
    ADD COLUMN IF NOT EXISTS sent_at String COMMENT 'when the client says that it sent the event, as sent' AFTER previous_id,
    ADD COLUMN IF NOT EXISTS skew_corrected Bool COMMENT 'whether timestamp is by our clock what the client said by its own' AFTER sent_at,
    COMMENT COLUMN sent_timestamp 'the time as the client sent it, where timestamp is another';

CREATE OR REPLACE VIEW events AS
SELECT
    tenant_id,
    event_date,
    event_id,
    event_name,
    event_type,
    message_id,
    user_id,
    anonymous_id,
    session_id,
    device_id,
    timestamp,
    received_at,
    sent_timestamp,
    properties,
    traits,
    context,
    category,
    group_id,
    previous_id,
    sent_at,
    skew_corrected
FROM events_raw
FINAL;
