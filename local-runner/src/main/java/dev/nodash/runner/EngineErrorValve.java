package dev.nodash.runner;

import dev.nodash.http.Body;
import dev.nodash.middleware.Functions;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

/** Answers what Tomcat itself refuses, a request line it cannot parse say, in the shape of every other error. */
final class EngineErrorValve extends ErrorReportValve {

  private final Functions functions;

  EngineErrorValve(Functions functions) {
    this.functions = functions;
  }

  @Override
  protected void report(Request request, Response response, @Nullable Throwable throwable) {
    if (response.getStatus() < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
      return;
    }
    try {
      var error = functions.refuse(Exchanges.request(request, Body.EMPTY), response.getStatus());
      response.setStatus(error.status());
      error.headers().forEach(response::setHeader);
      var writer = response.getReporter();
      if (writer != null) {
        writer.write(error.body());
        response.finishResponse();
      }
    } catch (IOException e) {
      container.getLogger().debug("the client left before it was answered", e);
    }
  }
}
