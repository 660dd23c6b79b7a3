package dev.nodash.identify;

import dev.nodash.config.LambdaFunction;
import dev.nodash.middleware.Functions;

/** The identify function: what {@code MAIN_CLASS} names on Lambda. */
public final class IdentifyApplication extends LambdaFunction {

  public IdentifyApplication() {
    super("identify", Functions::identify);
  }
}
