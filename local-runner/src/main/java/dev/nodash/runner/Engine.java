package dev.nodash.runner;

import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;

/** What a servlet may ask of Tomcat that the Servlet API has no words for. */
final class Engine {
  private static final String ATTRIBUTE = Engine.class.getName();

  private final Request request;
  private final Response response;

  private Engine(Request request, Response response) {
    this.request = request;
    this.response = response;
  }

  static Engine of(ServletRequest request) {
    return (Engine) request.getAttribute(ATTRIBUTE);
  }

  /**
   * Leaves the rest of the body where it is. Tomcat would read on, to use the connection again, with a thread that waits
   * for the client. The connection must be closed after the answer.
   */
  void leaveBody() {
    request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
  }

  /** Takes back the error that Tomcat made of a body it could not read, so that the answer is ours. */
  void takeBackError() {
    response.getCoyoteResponse().setErrorReported();
    response.setSuspended(false);
    response.setAppCommitted(false);
  }

  /** Makes it known to the servlet. */
  static ValveBase valve() {
    return new Valve();
  }

  private static final class Valve extends ValveBase {
    Valve() {
      super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
      request.setAttribute(ATTRIBUTE, new Engine(request, response));
      getNext().invoke(request, response);
    }
  }
}
