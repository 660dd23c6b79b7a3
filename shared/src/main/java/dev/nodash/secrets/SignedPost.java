package dev.nodash.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Locale;
import java.util.Set;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** The request for one secret, signed by Signature Version 4. */
final class SignedPost {
  /** Headers that the HTTP client sets itself. */
  private static final Set<String> CLIENTS_OWN = Set.of("host", "content-length");

  private SignedPost() {}

  /** Signs a request that nobody sends. */
  static void load() {
    var arn = SecretArn.parse("arn:aws:ssm:none:000000000000:parameter/none");
    of(URI.create(arn.endpoint()), arn, AwsCredentialsIdentity.create("none", "none"));
  }

  static HttpRequest of(URI endpoint, SecretArn arn, AwsCredentialsIdentity who) {
    var service = arn.service();
    var body = service.question(arn.value()).value().getBytes(UTF_8);
    var plain = SdkHttpRequest.builder().method(SdkHttpMethod.POST).uri(endpoint.resolve("/"))
        .putHeader("Content-Type", "application/x-amz-json-1.1").putHeader("X-Amz-Target", service.target()).build();
    var signed = AwsV4HttpSigner.create()
        .sign(it -> it.identity(who).request(plain).payload(ContentStreamProvider.fromByteArray(body))
            .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service.id())
            .putProperty(AwsV4HttpSigner.REGION_NAME, arn.region()))
        .request();
    var request = HttpRequest.newBuilder(signed.getUri()).POST(BodyPublishers.ofByteArray(body));
    signed.forEachHeader((name, values) -> {
      if (!CLIENTS_OWN.contains(name.toLowerCase(Locale.ROOT))) {
        values.forEach(value -> request.header(name, value));
      }
    });
    return request.build();
  }
}
