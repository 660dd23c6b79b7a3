package dev.nodash.runner;

import dev.nodash.config.Deployment;
import dev.nodash.config.Settings;
import java.util.Objects;
import org.apache.catalina.core.StandardHost;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.tomcat.autoconfigure.TomcatServerProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The engine under the servlet and what greets the developer. */
@Configuration(proxyBeanMethods = false)
class WebServer {

  @Bean
  ServletRegistrationBean<FunctionServlet> functions(FunctionCatalog catalog,
      TomcatServerProperties tomcat) {
    // Before the engine gives up the connection, so that there still is one for the answer.
    var patience = Objects.requireNonNull(tomcat.getConnectionTimeout()).dividedBy(2);
    var registration = new ServletRegistrationBean<>(new FunctionServlet(catalog, patience), "/*");
    registration.setLoadOnStartup(1);
    registration.setAsyncSupported(true);
    return registration;
  }

  /**
   * What the engine refuses before the servlet sees it is answered in our error shape too. TRACE is let through to the
   * servlet, which refuses it like every other method, with the route's own Allow, and echoes nothing.
   */
  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> errorShape(Deployment deployment) {
    return factory -> {
      factory.addConnectorCustomizers(connector -> connector.setAllowTrace(true));
      factory.addEngineValves(Engine.valve());
      factory.addContextCustomizers(context -> {
        var host = (StandardHost) context.getParent();
        host.setErrorReportValveClass(EngineErrorValve.class.getName());
        host.getPipeline().addValve(new EngineErrorValve(deployment.functions()));
      });
    };
  }

  @Bean
  Drain drain() {
    return new Drain();
  }

  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> drained(Drain drain) {
    return factory -> {
      factory.addConnectorCustomizers(drain);
      factory.addEngineValves(drain.counter());
    };
  }

  @Bean
  ApplicationListener<ApplicationReadyEvent> greeting(Settings settings) {
    return event -> new Greeting(settings).print(event.getApplicationContext().getEnvironment());
  }
}
