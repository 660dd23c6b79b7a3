package dev.nodash.track;

import dev.nodash.config.LambdaFunction;
import dev.nodash.middleware.Functions;

/** The track function: what {@code MAIN_CLASS} names on Lambda. */
public final class TrackApplication extends LambdaFunction {

  public TrackApplication() {
    super("track", Functions::track);
  }
}
