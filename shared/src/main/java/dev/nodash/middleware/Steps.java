package dev.nodash.middleware;

import java.util.random.RandomGenerator;

/** The steps that track and identify have in common, in the order in which they are taken. */
record Steps(Validate validate, Authenticate authenticate, RateLimit rateLimit, Deduplicate deduplicate,
    RandomGenerator random) {}
