package dev.nodash.batch;

import dev.nodash.config.LambdaFunction;
import dev.nodash.middleware.Functions;

/** The batch function: what {@code MAIN_CLASS} names on Lambda. */
public final class BatchApplication extends LambdaFunction {

  public BatchApplication() {
    super("batch", Functions::batch);
  }
}
