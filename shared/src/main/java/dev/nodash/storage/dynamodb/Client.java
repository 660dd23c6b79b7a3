package dev.nodash.storage.dynamodb;

import dev.nodash.aws.JsonCall;
import dev.nodash.json.JsonFault;
import dev.nodash.json.JsonTree;
import dev.nodash.model.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.auth.credentials.SystemPropertyCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;

/**
 * Makes single calls of DynamoDB's protocol, JSON 1.0 of API version 2012-08-10, with the SDK's signer and
 * credentials over the JDK's lightest HTTP client.
 */
final class Client {
  private static final String TARGET = "DynamoDB_20120810.";

  private final String region;
  private final URI endpoint;
  private final AwsCredentialsProvider credentials = AwsCredentialsProviderChain.of(
      SystemPropertyCredentialsProvider.create(), EnvironmentVariableCredentialsProvider.create(),
      () -> chain().resolveCredentials());
  private final Duration connect;
  private final Duration answer;

  private @Nullable AwsCredentialsProvider chain;

  /**
   * A client for the region and the credentials that the SDK's chains find; it connects with its first call.
   *
   * @param address where to call instead of the region's endpoint
   * @throws IllegalStateException if there is no region
   */
  Client(Optional<URI> address, Duration connect, Duration answer) {
    this.region = region();
    this.endpoint = address.orElseGet(() -> URI.create(
        "https://dynamodb." + region + (region.startsWith("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com")));
    this.connect = connect;
    this.answer = answer;
  }

  /** The whole chain of the SDK, which takes its time to load and is not needed where the environment has credentials. */
  private synchronized AwsCredentialsProvider chain() {
    var made = chain;
    if (made == null) {
      made = DefaultCredentialsProvider.builder().build();
      chain = made;
    }
    return made;
  }

  /** First where it costs nothing to look, then as the whole chain of the SDK does. */
  private static String region() {
    try {
      return new AwsRegionProviderChain(new SystemSettingsRegionProvider(),
          () -> new DefaultAwsRegionProviderChain().getRegion()).getRegion().id();
    } catch (SdkException e) {
      throw new IllegalStateException("none is set for DynamoDB, nor found where AWS's SDKs look", e);
    }
  }

  /** The answer to one try of one call. */
  Map<String, Object> call(String operation, JsonText body) throws Fault {
    var call = new JsonCall(endpoint, "dynamodb", region, TARGET + operation, "1.0", body.value());
    try {
      return answer(operation, sent(call.signed(credentials.resolveCredentials()), call.body()));
    } catch (ConnectException | NoRouteToHostException | UnknownHostException e) {
      throw Fault.unsent(operation, endpoint + " cannot be reached", e);
    } catch (SocketTimeoutException e) {
      throw Fault.unanswered(operation, false, e);
    } catch (IOException e) {
      throw Fault.unanswered(operation, true, e);
    } catch (SdkException e) {
      throw Fault.unsent(operation, "no credentials, " + e.getMessage(), e);
    }
  }

  /** The connection with the request on its way. */
  private HttpURLConnection sent(SdkHttpRequest request, byte[] body) throws IOException {
    var connection = (HttpURLConnection) request.getUri().toURL().openConnection();
    connection.setConnectTimeout((int) connect.toMillis());
    connection.setReadTimeout((int) answer.toMillis());
    connection.setInstanceFollowRedirects(false);
    connection.setRequestMethod("POST");
    connection.setDoOutput(true);
    // It does not repeat by itself what it does not keep.
    connection.setFixedLengthStreamingMode(body.length);
    request.forEachHeader((name, values) -> values.forEach(value -> connection.addRequestProperty(name, value)));
    try (var out = connection.getOutputStream()) {
      out.write(body);
    }
    return connection;
  }

  private static Map<String, Object> answer(String operation, HttpURLConnection connection) throws Fault, IOException {
    var status = connection.getResponseCode();
    var successful = status / 100 == 2;
    try (var body = successful ? connection.getInputStream() : connection.getErrorStream()) {
      var answer = JsonTree.read(body == null ? InputStream.nullInputStream() : body);
      if (successful) {
        return answer;
      }
      var type = String.valueOf(answer.get("__type"));
      throw Fault.answered(operation, type.substring(type.indexOf('#') + 1), status,
          Optional.ofNullable(answer.get("Item")).map(Item::of));
    } catch (JsonFault e) {
      throw Fault.unanswered(operation, false, e);
    }
  }

  @Override
  public String toString() {
    return endpoint.toString();
  }
}
