package dev.nodash.model;

import java.time.Instant;

/** A time that a client sent: the instant, and the text that said it. */
public record SentTime(Instant instant, String text) {}
