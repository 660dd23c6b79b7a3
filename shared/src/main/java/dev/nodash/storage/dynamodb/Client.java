package dev.nodash.storage.dynamodb;

import dev.nodash.aws.JsonCall;
import dev.nodash.json.JsonFault;
import dev.nodash.json.JsonTree;
import dev.nodash.model.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/**
 * Makes single calls of DynamoDB's protocol, JSON 1.0 of API version 2012-08-10, with the SDK's signer, credentials and
 * smallest HTTP client.
 */
final class Client implements AutoCloseable {
  private static final String TARGET = "DynamoDB_20120810.";

  private final String region;
  private final URI endpoint;
  private final AwsCredentialsProvider credentials = DefaultCredentialsProvider.builder().build();
  private final SdkHttpClient http;

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
    this.http = UrlConnectionHttpClient.builder().connectionTimeout(connect).socketTimeout(answer).build();
  }

  private static String region() {
    try {
      return new DefaultAwsRegionProviderChain().getRegion().id();
    } catch (SdkException e) {
      throw new IllegalStateException("none is set for DynamoDB, nor found where AWS's SDKs look", e);
    }
  }

  /** The answer to one try of one call. */
  Map<String, Object> call(String operation, JsonText body) throws Fault {
    var call = new JsonCall(endpoint, "dynamodb", region, TARGET + operation, "1.0", body.value());
    try {
      var request = HttpExecuteRequest.builder().request(call.signed(credentials.resolveCredentials()))
          .contentStreamProvider(ContentStreamProvider.fromByteArray(call.body())).build();
      return answer(operation, http.prepareRequest(request).call());
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

  private static Map<String, Object> answer(String operation, HttpExecuteResponse response) throws Fault, IOException {
    var status = response.httpResponse().statusCode();
    try (var body = response.responseBody().<InputStream>map(it -> it).orElseGet(InputStream::nullInputStream)) {
      var answer = JsonTree.read(body);
      if (response.httpResponse().isSuccessful()) {
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

  @Override
  public void close() {
    http.close();
  }
}
