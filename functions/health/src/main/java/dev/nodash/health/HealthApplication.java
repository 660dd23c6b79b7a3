package dev.nodash.health;

import dev.nodash.config.Deployment;
import dev.nodash.config.LambdaFunction;
import dev.nodash.config.Settings;
import dev.nodash.middleware.Functions;
import java.time.Clock;

/** The health function: what {@code MAIN_CLASS} names on Lambda. */
public final class HealthApplication extends LambdaFunction {

  public HealthApplication() {
    super("health", Functions::health);
  }

  /** It asks, and writes nothing. */
  @Override
  protected Deployment open(Settings settings, Clock clock) {
    return Deployment.watch(settings, clock);
  }
}
