CREATE TABLE IF NOT EXISTS events_raw
(
    tenant_id LowCardinality(String),
    event_date Date COMMENT 'UTC day of the time that the client sent, believed or not; of the receipt where it sent none',
    event_id UUID,
    event_name LowCardinality(String),
    event_type LowCardinality(String),
    message_id String COMMENT 'empty where absent, as in all strings below',
    user_id String,
    anonymous_id String,
    session_id String,
    device_id String,
    timestamp DateTime64(3, 'UTC') COMMENT 'when it happened, as far as that is believed',
    received_at DateTime64(3, 'UTC'),
    sent_timestamp String COMMENT 'the time as the client sent it, where it was not believed',
    properties String COMMENT 'JSON, digit for digit as sent' CODEC(ZSTD(1)),
    traits String COMMENT 'JSON, digit for digit as sent' CODEC(ZSTD(1)),
    context String COMMENT 'JSON, digit for digit as sent' CODEC(ZSTD(1)),
    version UInt64 DEFAULT toUInt64(9223372036854775807 - toUnixTimestamp64Nano(now64(9))) COMMENT 'greater the earlier it was stored: the first one stays',
    INDEX timestamp_range timestamp TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY if((toYear(event_date) >= 2015) AND (toYear(event_date) <= 2044), toYYYYMM(event_date), 0)
ORDER BY (tenant_id, event_date, event_id)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE VIEW IF NOT EXISTS events AS
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
    context
FROM events_raw
FINAL;
