package dev.nodash.secrets;

import dev.nodash.json.JsonFault;
import dev.nodash.json.JsonObject;
import dev.nodash.json.JsonValue;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Reads secrets by one signed POST each, side by side. Nothing is kept from one reading to the next: no connection, no
 * thread, no value.
 *
 * <p>Protocols: GetSecretValue of Secrets Manager (2017-10-17) and GetParameter of Systems Manager (2014-11-06).
 */
public final class AwsSecrets {
  private static final String CONTAINER_CREDENTIALS = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
  private static final String NO_TEXT = "the service's answer holds no text";

  /** The SDKs' own variable for another address of every service. */
  private static final String ENDPOINT = "AWS_ENDPOINT_URL";

  private final Map<String, String> environment;
  private final AwsCredentialsProvider credentials;

  /**
   * Reads with the credentials of the function's role; under SnapStart they come from an endpoint of the sandbox. Loads what
   * a reading takes, so that the first one has its deadline for the network alone.
   */
  public static AwsSecrets of(Map<String, String> environment) {
    HttpClient.newHttpClient().close();
    SignedPost.load();
    return new AwsSecrets(environment, environment.containsKey(CONTAINER_CREDENTIALS)
        ? ContainerCredentialsProvider.create()
        : EnvironmentVariableCredentialsProvider.create());
  }

  AwsSecrets(Map<String, String> environment, AwsCredentialsProvider credentials) {
    this.environment = Map.copyOf(environment);
    this.credentials = credentials;
  }

  /** Reads all of them and takes no longer than the deadline; answers for each. */
  public Map<String, Reading> read(Map<String, SecretArn> secrets, Duration deadline) {
    var names = List.copyOf(secrets.keySet());
    var threads = Executors.newVirtualThreadPerTaskExecutor();
    var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(deadline).executor(threads)
        .build();
    try {
      var tasks = names.stream().map(secrets::get).map(arn -> (Callable<Reading>) () -> read(http, arn)).toList();
      var answers = threads.invokeAll(tasks, deadline.toMillis(), TimeUnit.MILLISECONDS);
      var readings = new HashMap<String, Reading>();
      for (int i = 0; i < names.size(); i++) {
        readings.put(names.get(i), outcome(answers.get(i), deadline));
      }
      return readings;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return names.stream().collect(Collectors.toMap(name -> name, _ -> new Reading.Fault("interrupted")));
    } finally {
      http.shutdownNow();
      threads.shutdownNow();
    }
  }

  private Reading read(HttpClient http, SecretArn arn) throws IOException, InterruptedException {
    var service = arn.service();
    var endpoint = Optional.ofNullable(environment.get(service.endpointVariable()))
        .or(() -> Optional.ofNullable(environment.get(ENDPOINT))).orElseGet(arn::endpoint);
    var request = SignedPost.of(URI.create(endpoint), arn, credentials.resolveCredentials());
    return reading(service, http.send(request, BodyHandlers.ofByteArray()));
  }

  private static Reading reading(SecretArn.Service service, HttpResponse<byte[]> response) {
    try {
      var answer = JsonObject.parse(response.body());
      if (response.statusCode() != 200) {
        return new Reading.Fault(errorType(answer) + " (HTTP " + response.statusCode() + ")");
      }
      var text = switch (service) {
        case SECRETS_MANAGER -> text(answer, "SecretString");
        case PARAMETER_STORE -> answer.get("Parameter").filter(it -> it.kind() == JsonValue.Kind.OBJECT)
            .flatMap(it -> text(JsonObject.parse(it.raw()), "Value"));
      };
      return text.<Reading>map(Reading.Value::new).orElseGet(() -> new Reading.Fault(NO_TEXT));
    } catch (JsonFault e) {
      return new Reading.Fault("the service's answer is not JSON (HTTP " + response.statusCode() + ")");
    }
  }

  /** The error's name; its message is not repeated, since nobody promises what it holds. */
  private static String errorType(JsonObject answer) {
    var type = text(answer, "__type").orElse("an error without a name");
    return type.substring(type.indexOf('#') + 1);
  }

  private static Optional<String> text(JsonObject object, String name) {
    return object.get(name).filter(it -> it.kind() == JsonValue.Kind.STRING).map(JsonValue::string);
  }

  private static Reading outcome(Future<Reading> answer, Duration deadline) throws InterruptedException {
    try {
      return answer.get();
    } catch (CancellationException e) {
      return new Reading.Fault("no answer within " + deadline.toMillis() + " ms");
    } catch (ExecutionException e) {
      return new Reading.Fault(switch (e.getCause()) {
        case SdkException it -> "no credentials: " + it.getMessage();
        case IOException it -> "the service cannot be reached: " + it.getClass().getSimpleName();
        case null, default -> "the request cannot be made: " + e.getCause();
      });
    }
  }
}
