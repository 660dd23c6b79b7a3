package dev.nodash.config;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import org.crac.Core;

/**
 * The handler of every function on Lambda: the one whose class {@code MAIN_CLASS} names, out of Spring Cloud Function's
 * registry. It does what FunctionInvoker does without starting a Spring application for it.
 */
public final class LambdaHandler implements RequestStreamHandler {
  private final Sandbox sandbox;

  /**
   * Opens the deployment that the environment describes.
   *
   * @throws ConfigurationException naming every fault, which the runtime reports to Lambda
   */
  public LambdaHandler() {
    this.sandbox = new Sandbox(function(String.valueOf(System.getenv("MAIN_CLASS"))), LambdaFunction.secrets());
    if ("snap-start".equals(System.getenv("AWS_LAMBDA_INITIALIZATION_TYPE"))) {
      Core.getGlobalContext().register(sandbox);
    }
  }

  @Override
  public void handleRequest(InputStream event, OutputStream answer, Context context) throws IOException {
    answer.write(sandbox.answer(event, Duration.ofMillis(context.getRemainingTimeInMillis())));
  }

  private static LambdaFunction function(String mainClass) {
    try {
      return Class.forName(mainClass).asSubclass(LambdaFunction.class).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new ConfigurationException(List.of("MAIN_CLASS: '" + mainClass + "' is not a function's class"));
    }
  }
}
