package dev.nodash.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nodash.runner.SamTemplate.LambdaFunction;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spring Cloud Function's own handler runs the same functions: the contract's cases get the status that they have. */
class FunctionInvokerIT {
  private static final String HANDLER = "org.springframework.cloud.function.adapter.aws.FunctionInvoker::handleRequest";

  @Test
  void everyFunctionAnswersUnderFunctionInvoker(@TempDir Path folder) throws IOException {
    var template = Edges.template(Edges.PARAMETERS);
    for (var function : template.functions()) {
      var root = folder.resolve(function.name());
      var task = Files.createDirectories(root.resolve("task"));
      var invoked = new LambdaFunction(function.name(), function.zip(), HANDLER, function.environment(),
          function.paths());
      try (var sandbox = LambdaProcess.launch(invoked, root, task,
          LambdaProcess.managed(invoked, classPath(), List.of()), Map.of())) {
        sandbox.awaitReady();
        ContractCases.all().stream().filter(it -> template.functionFor(it.path()).name().equals(function.name()))
            .filter(it -> !it.name().toLowerCase(Locale.ROOT).contains("token"))
            .forEach(it -> check(sandbox, it));
      }
    }
  }

  private static void check(LambdaProcess sandbox, ContractCase request) {
    for (var format : GatewayEvents.values()) {
      var reply = Reply.ofGateway(request.method(), sandbox.invoke(format.event(request)));
      assertThat(reply.status()).as("%s, %s: %s", request.name(), format, reply).isEqualTo(request.status());
    }
  }

  /** Ours without the runner and its web server. */
  private static String classPath() {
    Predicate<String> isRunner = entry -> entry.contains("local-runner") || entry.contains("netty-codec-http")
        || entry.contains("spring-cloud-function-web");
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(isRunner.negate()).collect(Collectors.joining(File.pathSeparator));
  }
}
