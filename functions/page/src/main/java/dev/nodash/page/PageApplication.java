package dev.nodash.page;

import dev.nodash.config.LambdaFunction;
import dev.nodash.middleware.Functions;

/** The page function: what {@code MAIN_CLASS} names on Lambda. */
public final class PageApplication extends LambdaFunction {

  public PageApplication() {
    super("page", Functions::page);
  }
}
