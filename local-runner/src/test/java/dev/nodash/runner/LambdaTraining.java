package dev.nodash.runner;

import dev.nodash.runner.SamTemplate.LambdaFunction;
import dev.nodash.middleware.Route;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Makes the AOT caches of the container image: runs each function on the contract's requests and ends it, at which its JVM
 * writes what it has loaded. {@code LambdaTraining <folder>} takes the folder of the image, with {@code lambda.sh} in it.
 */
public final class LambdaTraining {
  private static final List<String> FUNCTIONS = List.of("track", "identify", "page", "batch", "health");
  private static final Map<String, String> ENVIRONMENT = Map.of("NODE_ENV", "test", "LAMBDA_ALLOW_EPHEMERAL", "true",
      "JWT_SECRET", TestTokens.SECRET);

  private LambdaTraining() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    for (var function : FUNCTIONS) {
      train(Path.of(args[0]), function);
    }
  }

  /** Lays the image's folder out as {@code Dockerfile.lambda} does. */
  public static Path layOut(Path repository, Path image) throws IOException {
    var lib = Files.createDirectories(image.resolve("lib"));
    Files.copy(repository.resolve("docker/lambda.sh"), image.resolve("lambda.sh"), StandardCopyOption.COPY_ATTRIBUTES);
    var jars = new ArrayList<>(Arrays.stream(LambdaProcess.runtimeClient().split(File.pathSeparator, -1)).map(Path::of)
        .toList());
    for (var function : FUNCTIONS) {
      try (var built = Files.newDirectoryStream(repository.resolve("functions/" + function + "/target"),
          "nodash-*-SNAPSHOT.jar")) {
        built.forEach(jars::add);
      }
    }
    jars.add(repository.resolve("functions/track/target/nodash-track-lib.jar"));
    for (var jar : jars) {
      Files.copy(jar, lib.resolve(jar.getFileName()));
    }
    return image;
  }

  /** Writes the cache of one function beside the image's script. */
  public static void train(Path image, String function) throws IOException, InterruptedException {
    var data = Files.createTempDirectory("training");
    var cache = image.resolve(function + ".aot");
    try (var sandbox = start(image, function, data, ENVIRONMENT, Map.of("AOT", "-XX:AOTCacheOutput=" + cache))) {
      for (var request : ContractCases.all()) {
        if (Route.functionFor(request.path()).equals(function)) {
          sandbox.invoke(GatewayEvents.PAYLOAD_2_0.event(request));
        }
      }
      sandbox.process().destroy();
      sandbox.process().waitFor();
      if (!Files.exists(cache)) {
        throw new IOException(cache + " was not written:\n" + sandbox.output());
      }
    }
  }

  /** Starts a function as the image does. */
  public static LambdaProcess start(Path image, String function, Path data, Map<String, String> environment,
      Map<String, String> overrides) {
    var command = List.of(image.resolve("lambda.sh").toString(), function);
    return LambdaProcess.launch(new LambdaFunction(function, image, "by the image", environment, List.of()), data,
        image,
        command, overrides);
  }
}
