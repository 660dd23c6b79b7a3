package dev.nodash.middleware;

/** What this service calls itself. */
public record Service(String name, String version) {}
