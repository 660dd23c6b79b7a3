package dev.nodash.health;

import dev.nodash.config.FunctionRegistrar;
import dev.nodash.middleware.Functions;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.support.GenericApplicationContext;

/** The health function on Lambda: what {@code MAIN_CLASS} names. */
public final class HealthApplication implements ApplicationContextInitializer<GenericApplicationContext> {

  @Override
  public void initialize(GenericApplicationContext context) {
    register(context).gateway();
  }

  /** Registers the function alone, for a runner that has its own edge. */
  public static FunctionRegistrar register(GenericApplicationContext context) {
    return new FunctionRegistrar(context).function("health", Functions::health);
  }
}
