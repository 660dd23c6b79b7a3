package dev.nodash.storage;

import dev.nodash.model.EventId;
import dev.nodash.model.Tenant;
import java.time.Instant;

/** That this event was received then. */
public record Receipt(Tenant tenant, EventId id, Instant receivedAt) {}
