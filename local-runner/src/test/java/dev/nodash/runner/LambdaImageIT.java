package dev.nodash.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The container image for Lambda, laid out in a folder: its script, its one class path and its caches. */
class LambdaImageIT {
  private static final Map<String, String> ENVIRONMENT = Map.of("NODE_ENV", "test", "LAMBDA_ALLOW_EPHEMERAL", "true");

  @Test
  void eachFunctionStartsFromItsCache(@TempDir Path folder) throws IOException, InterruptedException {
    var image = LambdaTraining.layOut(Path.of(System.getProperty("nodash.root")), folder.resolve("image"));
    var requests = Map.of("track", ContractCase.track("image", "{\"event\":\"a\"}"), "identify",
        ContractCase.identify("image", "{\"userId\":\"u\"}"), "health",
        ContractCase.bare("image", "GET", "/v1/health/live"));
    for (var entry : requests.entrySet()) {
      var function = entry.getKey();
      LambdaTraining.train(image, function);
      // With AOTMode=on a cache that does not fit ends the start.
      var aot = "-XX:AOTMode=on -XX:AOTCache=" + image.resolve(function + ".aot");
      var data = Files.createDirectories(folder.resolve(function));
      try (var sandbox = LambdaTraining.start(image, function, data, ENVIRONMENT, Map.of("AOT", aot))) {
        var reply = Reply.ofGateway("POST", sandbox.invoke(GatewayEvents.PAYLOAD_2_0.event(entry.getValue())));
        assertThat(reply.status()).as(sandbox.output()).isEqualTo(200);
        assertThat(sandbox.output()).contains("\"ecs\":{\"version\"");
      }
    }
  }

  @Test
  void anotherCommandIsRefusedInWords(@TempDir Path folder) throws IOException, InterruptedException {
    var script = Path.of(System.getProperty("nodash.root"), "docker/lambda.sh");
    var output = folder.resolve("output").toFile();
    var process = new ProcessBuilder(script.toString(), "tracking").redirectErrorStream(true).redirectOutput(output)
        .start();
    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(output).content().contains("the command is track, identify, page, batch or health, not 'tracking'");
  }
}
